import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect, createSystemClock, createSystemRandom } from '@synod/client'
import { SynodError } from '@synod/interface'
import { startNode } from 'synod'
import type { NodeConfig, NodeStatus, SynodNode } from 'synod'
import { IsolatedNode } from '../../dist/node/isolated/isolated-node.js'
import { scratchFolder } from '../scratch.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array): string => new TextDecoder().decode(data)

async function started(config: NodeConfig): Promise<SynodNode> {
  const node = await startNode({ ...config, isolate: true })
  onTestFinished(() => node.close({ graceful: false }))
  return node
}

describe('an isolated server', () => {
  it('leads, serves its own clients and others, tells what happens, and keeps its data', async () => {
    const config = { id: 1, dataDir: scratchFolder(), clients: { port: 0 } }
    const lines: string[] = []
    const log = (_details: object, message: string): void => void lines.push(message)
    const node = await started({ ...config, logger: { debug: log, info: log, warn: log, error: log } })
    expect(await node.ready()).toBe(1)
    await node.waitFor('established')
    expect(node.id).toBe(1)
    await node.client.create('/a', bytes('1'))
    const watch = node.client.watch('/a')
    await watch.ready
    const other = await connect({ servers: [node.endpoint] })
    await other.set('/a', bytes('2'))
    for await (const event of watch) {
      expect(event).toMatchObject({ type: 'changed', path: '/a' })
      break
    }
    expect(text((await node.createClient().get('/a')).data)).toBe('2')
    await other.close()
    const roles: string[] = []
    node.on('role:change', ({ role }) => roles.push(`${role} as ${node.status().role}`))
    await node.close()
    expect(roles).toContain('looking as looking')
    expect(lines.length).toBeGreaterThan(0)
    expect(node.status().stopped).toBe(true)
    const again = await started(config)
    await again.ready()
    expect(text((await again.client.get('/a')).data)).toBe('2')
    expect(again.status()).toMatchObject({ incarnation: 2, id: 1, halted: null })
  })

  it('goes on while the event loop of the application stands still', { timeout: 60_000 }, async () => {
    const node = await started({ id: 1, dataDir: scratchFolder(), clients: { port: 0 } })
    await node.ready()
    const shared = new SharedArrayBuffer(4)
    const count = new Int32Array(shared)
    const writer = new Worker(new URL('./support/writer-thread.ts', import.meta.url), { workerData: { endpoint: node.endpoint, shared } })
    onTestFinished(async () => void (await writer.terminate()))
    await once(writer, 'message')
    const wanted = Atomics.load(count, 0) + 100
    const giveUpAt = performance.now() + 50_000
    // No turn of this thread's event loop until then: only another thread can have served these writes.
    for (let seen = Atomics.load(count, 0); seen < wanted && performance.now() < giveUpAt; seen = Atomics.load(count, 0)) {
      Atomics.wait(count, 0, seen, 1_000)
    }
    expect(Atomics.load(count, 0)).toBeGreaterThanOrEqual(wanted)
    writer.postMessage('stop')
    await once(writer, 'exit')
  })

  it('carries values of every size, there and back', async () => {
    const node = await started({ id: 1, dataDir: scratchFolder() })
    for (const size of [0, 1, 1_000, 900_000]) {
      const value = new Uint8Array(size).fill(7)
      await node.client.create(`/v${size}`, value)
      expect((await node.client.get(`/v${size}`)).data).toEqual(value)
    }
  })

  it('has its replica in another thread', async () => {
    const node = await started({ id: 1, dataDir: scratchFolder() })
    expect(() => node.replica).toThrow(expect.objectContaining({ code: 'SYNOD_NOT_SUPPORTED' }))
    await expect(node.waitFor('exclusive')).rejects.toMatchObject({ code: 'SYNOD_NOT_SUPPORTED' })
  })
})

describe('the start of an isolated server', () => {
  it('rejects with all issues of its config', async () => {
    const wrong = { id: 0, dataDir: '', isolate: true }
    const error: unknown = await startNode(wrong).catch((reason: unknown) => reason)
    expect(SynodError.is(error, 'SYNOD_INVALID_CONFIG') && error.issues.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['id', 'dataDir']),
    )
  })

  it('rejects when its port is in use, and leaves nothing open', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const { port } = blocker.address() as AddressInfo
    const config = { id: 1, dataDir: scratchFolder(), clients: { port } }
    await expect(startNode({ ...config, isolate: true })).rejects.toMatchObject({ code: 'SYNOD_PORT_IN_USE', retryable: false })
    await new Promise((resolve) => blocker.close(resolve))
    const node = await started(config)
    expect(await node.ready()).toBe(1)
  })

  it('rejects when another server has its store', async () => {
    const dataDir = scratchFolder()
    await started({ id: 1, dataDir })
    await expect(startNode({ id: 1, dataDir, isolate: true })).rejects.toMatchObject({ code: 'SYNOD_STORAGE_IN_USE' })
  })

  it('is given up with the reason of its signal', async () => {
    const dataDir = scratchFolder()
    const abort = new AbortController()
    const starting = startNode({ id: 1, dataDir, isolate: true, signal: abort.signal })
    abort.abort(new Error('not today'))
    await expect(starting).rejects.toThrow('not today')
    const node = await started({ id: 1, dataDir })
    expect(await node.ready()).toBe(1)
  })
})

describe('waiting for an isolated server', () => {
  it('ends with the signal, and with the server', async () => {
    const peers = { 1: 'ws://127.0.0.1:0', 2: 'ws://127.0.0.1:1' }
    const node = await started({ id: 1, dataDir: scratchFolder(), peers, listen: { port: 0 } })
    const abort = new AbortController()
    const waiting = node.ready({ signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const untilClosed = node.ready().catch((error: unknown) => error)
    await node.close({ graceful: false })
    expect(SynodError.is(await untilClosed, 'SYNOD_STOPPED')).toBe(true)
    await expect(node.ready()).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
    await node.close()
  })

  it('ends when its thread does, and that is told as a halt', async () => {
    const worker = new Worker("require('node:worker_threads').parentPort.once('message', () => process.exit(3))", { eval: true })
    const status = { id: 1, endpoint: '', halted: null, stopped: false } as unknown as NodeStatus & { readonly halted: null }
    const node = new IsolatedNode(worker, status, { clock: createSystemClock(), random: createSystemRandom(), logger: undefined })
    const halted = new Promise<SynodError>((resolve) => node.on('halt', ({ error }) => resolve(error)))
    await expect(node.ready()).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
    expect((await halted).message).toContain('thread')
    await expect(node.createClient({ requestTimeoutMs: 500 }).get('/')).rejects.toMatchObject({ name: 'SynodError' })
    expect(node.status()).toMatchObject({ stopped: true, leader: null })
    await node.close()
  })
})
