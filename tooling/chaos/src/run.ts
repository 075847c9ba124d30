import { setTimeout as sleep } from 'node:timers/promises'
import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { utf8Decode } from '@synod/wire'
import { checkAll } from './checks/all.ts'
import type { CheckResult } from './checks/check.ts'
import type { KeptNode } from './checks/creations.ts'
import type { Actor } from './clients/actor.ts'
import { Lives } from './clients/lives.ts'
import { GuardedResources, lockPaths, LockWork } from './clients/locks.ts'
import { foundIn, RegisterWork, registersFolder } from './clients/registers.ts'
import { createSequence, sequenceFolder } from './clients/sequence.ts'
import { watchAll } from './clients/watching.ts'
import { ChaosCluster } from './cluster.ts'
import { Nemesis } from './nemesis/nemesis.ts'
import { Observer } from './observer.ts'
import { SeededRandom } from './random.ts'
import { Recording } from './recording.ts'

/** What a run was, what it saw, and what was found in that. */
export interface ChaosResult {
  readonly nodes: number
  readonly seed: number
  /** How long faults came. */
  readonly durationMs: number
  readonly recording: Recording
  readonly checks: readonly CheckResult[]
  readonly anomalies: number
}

/** What a run is to be. */
export interface ChaosPlan {
  readonly nodes: number
  readonly seed: number
  readonly durationMs: number
  /** Told what goes on, a line at a time. */
  readonly say: (line: string) => void
}

const clientCount = 5
const convergePatienceMs = 60_000
/** Twice the longest session: whatever nobody holds any more is free by then. */
const lockPatienceMs = 20_000
/** So many sequential nodes at most: they stay, and servers hash all of their state for each status. */
const sequenceMax = 2_500
const lastEvent = `${registersFolder}/the-end`

/** Runs chaos for a while, lets everything recover, and checks all that was recorded. Leaves nothing behind. */
export async function runChaos({ nodes, seed, durationMs, say }: ChaosPlan): Promise<ChaosResult> {
  const random = new SeededRandom(seed)
  const recording = new Recording()
  const cluster = await ChaosCluster.start(nodes, recording)
  say(`${nodes} servers run; seed ${seed}`)
  const observer = new Observer(cluster, recording)
  const nemesis = new Nemesis({ cluster, recording, random: random.fork(), leader: () => observer.leader })
  const load = new Load(cluster, recording, random.fork())
  const sequencePauseMs = Math.max(600, (2 * clientCount * durationMs) / sequenceMax)
  try {
    await load.start(sequencePauseMs)
    const over = AbortSignal.timeout(durationMs)
    const ticking = tick(recording, over, say)
    await nemesis.run(over)
    await ticking
    say('the faults are over; everything has to recover')
    const recovered = await noted(recording, 'the cluster did not recover', cluster.inner.settled())
    await load.stop()
    const kept = recovered === null ? null : await noted(recording, 'the last reads failed', load.finish())
    const converged = await observer.converged(convergePatienceMs)
    await observer.stop()
    const checks = checkAll(recording, { nodes: kept, converged, servers: observer.describe() })
    return { nodes, seed, durationMs, recording, checks, anomalies: checks.reduce((sum, { anomalies }) => sum + anomalies.length, 0) }
  } finally {
    await load.abandon()
    await observer.stop()
    await cluster.close()
  }
}

/** What the promise gives; null when it rejects, which is then a surprise of the run and not the end of it. */
async function noted<T>(recording: Recording, what: string, promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    recording.surprise(`${what}: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

async function tick(recording: Recording, over: AbortSignal, say: (line: string) => void): Promise<void> {
  while (!over.aborted) {
    await sleep(10_000, undefined, { signal: over }).catch(() => {})
    say(
      `${Math.round(recording.now() / 1000)} s: ${recording.operations} operations, ${recording.faults.length} faults, ${recording.sessions} sessions`,
    )
  }
}

/** The clients and what they do. */
class Load {
  readonly #cluster: ChaosCluster
  readonly #recording: Recording
  readonly #random: SeededRandom
  readonly #stop = new AbortController()
  readonly #abandon = new AbortController()
  readonly #working: Promise<void>[] = []
  readonly #watching: Promise<void>[] = []
  readonly #lives: Lives[] = []

  constructor(cluster: ChaosCluster, recording: Recording, random: SeededRandom) {
    this.#cluster = cluster
    this.#recording = recording
    this.#random = random
  }

  /** Makes the folders and sets all clients to work. */
  async start(sequencePauseMs: number): Promise<void> {
    const resources = new GuardedResources()
    const actors = Array.from({ length: clientCount }, (_, index) => this.#actor(index))
    const [first] = actors
    if (first === undefined) throw new Error('there are no clients')
    const { client } = await first.lives.current(this.#abandon.signal)
    await client.create(sequenceFolder, new Uint8Array(0), { parents: true })
    const { stat } = await client.create(registersFolder, new Uint8Array(0), { parents: true })
    for (const actor of actors) {
      const plan = { folder: registersFolder, from: stat.czxid, until: lastEvent }
      this.#watching.push(watchAll(actor, plan, this.#abandon.signal))
      const fork = (): Actor => ({ ...actor, random: actor.random.fork() })
      this.#working.push(new RegisterWork(fork()).run(), new LockWork(fork(), resources).run(), createSequence(fork(), sequencePauseMs))
    }
  }

  /** No new calls; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#working)
  }

  /** The last reads, the last event for the watches, and what is there at the end. Closes the clients. */
  async finish(): Promise<KeptNode[]> {
    const [lives] = this.#lives
    if (lives === undefined) return []
    const { client } = await lives.current(this.#abandon.signal)
    await this.#readKeys(client, lives.name)
    const nodes = await keptNodes(client)
    await this.#locksAreFree(client)
    await client.create(lastEvent, new Uint8Array(0))
    const told = await Promise.race([Promise.all(this.#watching).then(() => true), sleep(convergePatienceMs, false, { ref: false })])
    if (!told) this.#recording.surprise(`watches did not come to the last event within ${convergePatienceMs} ms`)
    await this.abandon()
    return nodes
  }

  /** Ends everything at once. */
  async abandon(): Promise<void> {
    this.#stop.abort()
    this.#abandon.abort()
    await Promise.all(this.#lives.map((lives) => lives.close()))
  }

  #actor(index: number): Actor {
    const name = `c${index + 1}`
    const random = this.#random.fork()
    const options = {
      cluster: this.#cluster.inner.name,
      servers: random.shuffled(this.#cluster.endpoints),
      prefer: index % 2 === 0 ? ('leader' as const) : ('nearest' as const),
      sessionTimeoutMs: random.pick([3_000, 6_000, 10_000]),
      requestTimeoutMs: random.pick([1_000, 3_000, 6_000]),
    }
    const lives = new Lives(name, options, this.#recording)
    this.#lives.push(lives)
    return { name, lives, random, recording: this.#recording, stop: this.#stop.signal }
  }

  /** Every lock was given back or lost: a contender that stays would keep it from everybody for as long as its client lives. */
  async #locksAreFree(client: CoordinationClient): Promise<void> {
    const end = this.#recording.now() + lockPatienceMs
    for (const lock of lockPaths) {
      for (;;) {
        const names = await client.list(lock).then(
          (list) => list.names,
          (error: unknown) => (SynodError.is(error, 'SYNOD_NO_NODE') ? [] : [String(error)]),
        )
        if (names.length === 0) break
        if (this.#recording.now() > end) {
          this.#recording.surprise(`nobody holds ${lock} or waits for it, and it is taken by ${names.join(', ')}`)
          break
        }
        await sleep(200)
      }
    }
  }

  async #readKeys(client: CoordinationClient, name: string): Promise<void> {
    const { names } = await client.list(registersFolder)
    for (const key of names.map((one) => `${registersFolder}/${one}`)) {
      const call = this.#recording.now()
      const found = foundIn(await client.get(key))
      this.#recording.registers.push({
        client: name,
        call,
        return: this.#recording.now(),
        op: { kind: 'get', key },
        result: { kind: 'found', ...found },
      })
    }
  }
}

async function keptNodes(client: CoordinationClient): Promise<KeptNode[]> {
  const nodes: KeptNode[] = []
  let after: string | undefined
  for (;;) {
    const { names, more } = await client.list(sequenceFolder, after === undefined ? {} : { after })
    nodes.push(
      ...(await Promise.all(
        names.map(async (name) => {
          const path = `${sequenceFolder}/${name}`
          const { data, stat } = await client.get(path)
          const text = utf8Decode(data)
          return { path, data: text.ok ? text.value : '', position: stat.czxid.index }
        }),
      )),
    )
    if (!more) return nodes
    after = names.at(-1)
  }
}
