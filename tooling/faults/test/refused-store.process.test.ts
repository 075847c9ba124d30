import { cpSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { utf8Encode } from '@synod/wire'
import { filesOf } from '../src/files.ts'
import { freePorts } from '../src/ports.ts'
import { replicasOf } from '../src/replicas.ts'
import { ServerProcess } from '../src/server-process.ts'
import { TestCluster } from '../src/test-cluster.ts'

/** Exit codes of `synod serve`; see its README. */
const exits = { storage: 11 } as const

let cluster: TestCluster
let victim: ServerProcess
let saved = ''

beforeAll(async () => {
  cluster = await TestCluster.start()
  victim = cluster.server(2)
  const client = await cluster.connect()
  await client.create('/kept', utf8Encode('x'.repeat(50_000)))
  await client.close()
  await victim.end()
  saved = join(cluster.folder, 'saved')
  cpSync(victim.config.dataDir, saved, { recursive: true })
})

afterAll(() => cluster?.close())

/** Puts the store back as it was when its server stopped in order. */
function restore(): void {
  rmSync(victim.config.dataDir, { recursive: true, force: true })
  cpSync(saved, victim.config.dataDir, { recursive: true })
}

const store = (): string => join(victim.config.dataDir, 'synod.db')

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  writeFileSync(path, bytes)
}

interface Refused {
  readonly code: string
  /** What the message must name. */
  readonly words: RegExp
  readonly changes?: { readonly id?: number; readonly cluster?: string; readonly dataDir?: string }
}

/** Starts the server on what it finds, and looks at how it ends. */
async function expectRefused({ code, words, changes = {} }: Refused): Promise<void> {
  const before = filesOf(victim.config.dataDir)
  const { id } = changes
  const { peers } = victim.config
  victim.start({ ...changes, ...(id === undefined ? {} : { peers: { ...peers, [id]: peers[2] ?? '' } }) })
  const { code: exit, signal } = await victim.exited
  const complaints = victim.output.split('\n').filter((line) => line.includes(`(${code})`) || line.startsWith('synod: '))
  expect({ exit, signal, output: victim.output }).toMatchObject({ exit: exits.storage, signal: null })
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatch(words)
  expect(complaints[0]).not.toMatch(/\bat .*:\d+:\d+/)
  expect(filesOf(victim.config.dataDir)).toEqual(before)
}

describe('a server whose store is not what it should be ends with one clear message and leaves the store as it is', () => {
  it.each<[string, () => void, Refused]>([
    [
      'of another cluster',
      () => {},
      { code: 'SYNOD_STORAGE_FOREIGN', words: /cluster.*other-cluster|other-cluster.*cluster/, changes: { cluster: 'other-cluster' } },
    ],
    ['of another server', () => {}, { code: 'SYNOD_STORAGE_FOREIGN', words: /server 2\b/, changes: { id: 4 } }],
    [
      'of no database',
      () => writeFileSync(store(), 'This is a letter to my aunt. '.repeat(1000)),
      { code: 'SYNOD_STORAGE_', words: /synod\.db.*(not a database|damaged)/ },
    ],
    ['with a flipped byte in the file header', () => flip(store(), 20), { code: 'SYNOD_STORAGE_CORRUPT', words: /synod\.db/ }],
    [
      'with a flipped byte in a record',
      () => flip(store(), readFileSync(store()).indexOf('xxxxxxxxxxxx') + 5),
      { code: 'SYNOD_STORAGE_CORRUPT', words: /synod\.db.*(crc|checksum)/i },
    ],
    [
      'cut in half',
      () => truncateSync(store(), Math.floor(readFileSync(store()).length / 8192) * 4096),
      { code: 'SYNOD_STORAGE_CORRUPT', words: /synod\.db/ },
    ],
    ['cut to nothing', () => truncateSync(store(), 0), { code: 'SYNOD_STORAGE_', words: /synod\.db/ }],
    ['lost while its holder.json remains', () => rmSync(store()), { code: 'SYNOD_STORAGE_MISSING', words: /synod\.db/ }],
  ])('%s', async (_what, damage, refused) => {
    restore()
    damage()
    await expectRefused(refused)
  })

  it('held by another process', async () => {
    restore()
    victim.start()
    await cluster.settled()
    const [peerPort, port = 0] = await freePorts(2)
    const config = { ...victim.config, peers: { ...victim.config.peers, 2: `ws://127.0.0.1:${peerPort}` }, clients: { port } }
    const twin = new ServerProcess({ program: 'serve', guard: cluster.guard, configFile: join(cluster.folder, 'twin.json'), config })
    const { epoch, incarnation } = await victim.status()
    twin.start()
    expect(await twin.exited).toEqual({ code: exits.storage, signal: null })
    expect(twin.output).toMatch(new RegExp(`process ${victim.pid} .*\\(SYNOD_STORAGE_IN_USE\\)`))
    expect(await victim.status()).toMatchObject({ role: 'following', epoch, incarnation })
    for (const contents of await replicasOf(cluster)) expect(contents.get('/kept')?.value).toHaveLength(50_000)
  })
})

describe('a server whose store was wiped', () => {
  /** Starts it on an empty folder; it must say what is wrong as soon as it hears of the cluster. */
  async function expectMissing(): Promise<void> {
    if (!victim.running) victim.start()
    expect(await victim.exited).toEqual({ code: exits.storage, signal: null })
    expect(victim.output).toMatch(/^synod: this server's store \(.*data-2\) is empty.*Bring its store back.*\(SYNOD_STORAGE_MISSING\)$/m)
    expect(victim.output.split('\n').filter((line) => line.includes('"level":50'))).toHaveLength(1)
  }

  it('says SYNOD_STORAGE_MISSING, never votes, and the others go on', async () => {
    await victim.end()
    const moved = join(cluster.folder, 'moved')
    renameSync(victim.config.dataDir, moved)
    const leader = await cluster.settled()
    const { epoch } = await leader.status()
    const [follower] = cluster.others(victim, leader)
    const client = await cluster.connect({ sessionTimeoutMs: 60_000 })
    for (let start = 0; start < 3; start += 1) {
      await expectMissing()
      await client.set('/kept', utf8Encode(`by two, ${start}`))
    }
    expect(await leader.status()).toMatchObject({ role: 'leading', epoch })

    // With one formatted server left there is no quorum, whatever the wiped one does and whoever was there first.
    await follower?.kill()
    await cluster.until('the leader has stepped down', async () => (await leader.status()).role !== 'leading')
    await expectMissing()
    await leader.kill()
    victim.start()
    await cluster.until('the wiped server waits for others', async () => (await victim.status()).store === 'blank')
    leader.start()
    await expectMissing()
    expect(await leader.status()).toMatchObject({ role: 'looking', leader: null })

    follower?.start()
    await cluster.settled(cluster.others(victim))
    expect((await client.get('/kept')).data).toEqual(utf8Encode('by two, 2'))

    // The way out: the store is brought back.
    rmSync(victim.config.dataDir, { recursive: true })
    renameSync(moved, victim.config.dataDir)
    victim.start()
    await cluster.settled()
    for (const contents of await replicasOf(cluster)) expect(contents.get('/kept')?.value).toBe('by two, 2')
  })
})
