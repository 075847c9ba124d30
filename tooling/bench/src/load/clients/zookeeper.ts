import * as zookeeper from 'node-zookeeper-client'
import type { Client } from 'node-zookeeper-client'
import type { BenchClient, ClientTarget } from './client.ts'

/** `node-zookeeper-client` with default settings; when it is impatient, with a short pause after it has tried all servers. */
export async function connectZookeeper({ endpoints, impatient }: ClientTarget): Promise<BenchClient> {
  const client = zookeeper.createClient(endpoints.join(','), impatient ? { spinDelay: 10 } : {})
  const connected = new Promise<void>((resolve) => client.once('connected', () => resolve()))
  client.connect()
  await connected
  return {
    async put(key, value) {
      await call<string>((done) => client.create(`/${key}`, Buffer.from(value), done)).catch((error: unknown) => {
        if (!isNodeExists(error)) throw error
      })
    },
    async write(key, value) {
      await call<zookeeper.Stat>((done) => client.setData(`/${key}`, Buffer.from(value.buffer, value.byteOffset, value.byteLength), done))
    },
    async read(key) {
      await call<Buffer>((done) => client.getData(`/${key}`, done))
    },
    lockAndUnlock: (name) => lockAndUnlock(client, `/${name}`),
    close: () =>
      new Promise((resolve) => {
        client.once('disconnected', () => resolve())
        client.close()
      }),
  }
}

/** The standard recipe: an ephemeral sequential node, the lock when no other is before it, its removal to give the lock back. */
async function lockAndUnlock(client: Client, path: string): Promise<void> {
  const own = await call<string>((done) => client.create(`${path}/lock-`, zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL, done))
  const names = await call<string[]>((done) => client.getChildren(path, done))
  const first = names.reduce((least, name) => (name < least ? name : least))
  if (own !== `${path}/${first}`) throw new Error(`somebody else holds ${path}`)
  await call<void>((done) => client.remove(own, done))
}

type Done<T> = (error: Error | zookeeper.Exception | null, ...value: T extends void ? [] : [value: T, ...unknown[]]) => void

function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, ...[value]) => {
      if (error === null || error === undefined) resolve(value as T)
      else reject(error instanceof Error ? error : new Error(error.toString()))
    })
  })
}

function isNodeExists(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === zookeeper.Exception.NODE_EXISTS
}
