import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ensemble } from './ensembles/ensemble.ts'
import type { Recipe } from './ensembles/ensemble.ts'
import type { Guard } from './ensembles/guard.ts'
import type { RateJob, RateReading } from './load/jobs.ts'
import { LoadProcess } from './load/load-process.ts'
import type { BenchOptions } from './options.ts'
import type { Progress } from './progress.ts'
import { Collector } from './results.ts'
import type { SystemResult } from './results.ts'
import type { Scenario } from './scenarios.ts'
import { stepsOf, warmUpSeconds } from './steps.ts'
import type { Step } from './steps.ts'
import { titles } from './systems.ts'
import type { System } from './systems.ts'
import { sharedNow } from './waiting.ts'

/** What measuring a system needs. */
export interface Bench {
  readonly options: BenchOptions
  readonly guard: Guard
  readonly progress: Progress
  /** Ends the run between two steps, and lets the step that is under way fail. */
  readonly signal: AbortSignal
  readonly system: System
  /** A recipe with ports and settings of its own, for one more ensemble. */
  readonly recipe: () => Promise<Recipe>
}

/**
 * Takes systems through all their steps; several do each step by turns, all of their servers up, so that a machine whose speed changes
 * meanwhile changes for all. A step that fails is reported and the next is tried, unless there is no ensemble to try it on.
 */
export async function measureByTurns(benches: readonly Bench[]): Promise<SystemResult[]> {
  const turns = benches.map((bench) => ({ measuring: new Measuring(bench), steps: stepsOf(bench.options, bench.system) }))
  try {
    for (let at = 0; turns.some(({ steps }) => at < steps.length); at += 1) {
      for (const { measuring, steps } of turns) {
        const step = steps[at]
        if (step !== undefined) await measuring.take(step)
      }
    }
    return turns.map(({ measuring }) => measuring.result())
  } finally {
    await Promise.all(turns.map(({ measuring }) => measuring.close()))
  }
}

type RateKind = 'sequential-writes' | 'parallel-writes' | 'parallel-reads' | 'locks'

const loads: Readonly<Record<RateKind, Pick<RateJob, 'operation' | 'clients' | 'outstanding'>>> = {
  'sequential-writes': { operation: 'write', clients: 1, outstanding: 1 },
  'parallel-writes': { operation: 'write', clients: 16, outstanding: 16 },
  'parallel-reads': { operation: 'read', clients: 16, outstanding: 16 },
  locks: { operation: 'lock', clients: 1, outstanding: 1 },
}

const memorySampleMs = 250

class Measuring {
  readonly #bench: Bench
  readonly #collector = new Collector()
  #ensemble: Ensemble | null = null
  #count = 0
  #version = 'unknown'

  constructor(bench: Bench) {
    this.#bench = bench
  }

  async take(step: Step): Promise<void> {
    const { progress, signal, system } = this.#bench
    signal.throwIfAborted()
    if (step.kind !== 'cold-start' && this.#ensemble === null) {
      progress.skip(step.seconds)
      return
    }
    try {
      await progress.during(`${titles[system]}: ${step.label}`, step.seconds, () => this.#perform(step))
    } catch (error) {
      signal.throwIfAborted()
      this.#collector.fail(step.kind === 'warm-up' ? 'start' : step.kind, error)
    }
  }

  result(): SystemResult {
    return this.#collector.result(this.#version)
  }

  async close(): Promise<void> {
    const ensemble = this.#ensemble
    this.#ensemble = null
    await ensemble?.close()
  }

  #perform({ kind }: Step): Promise<unknown> {
    if (kind === 'cold-start') return this.#coldStart()
    if (kind === 'warm-up') return this.#rate('parallel-writes', { measured: false })
    if (kind === 'kill-gap' || kind === 'stop-gap') return this.#gap(kind)
    return this.#rate(kind, { measured: true })
  }

  /** Three new servers without data; the last ones stay for what follows. */
  async #coldStart(): Promise<void> {
    await this.close()
    const { guard, recipe: make, options } = this.#bench
    const recipe = await make()
    const { system, endpoints } = recipe
    const ensemble = new Ensemble(recipe, guard, join(guard.folder, `${system}-${++this.#count}`))
    const load = new LoadProcess({ kind: 'first-write', system, endpoints }, { timeoutMs: 60_000 })
    try {
      await load.ready
      const started = sharedNow()
      ensemble.start()
      this.#ensemble = ensemble
      const { at } = await this.#unlessAborted(load.reading)
      this.#version = (await ensemble.healthy()).version
      this.#add('cold-start', { ms: at - started }, options)
    } catch (error) {
      await ensemble.close()
      this.#ensemble = null
      throw error
    } finally {
      load.end()
    }
  }

  async #rate(kind: RateKind, { measured }: { readonly measured: boolean }): Promise<void> {
    const { options } = this.#bench
    const ensemble = this.#running()
    await ensemble.healthy()
    const { system } = ensemble.recipe
    const times = { warmUpMs: warmUpSeconds * 1000, measureMs: options.seconds * 1000 }
    const job: RateJob = { kind: 'rate', system, endpoints: ensemble.endpoints, ...loads[kind], ...times }
    const profile = system === 'synod' ? options.profile : undefined
    const load = new LoadProcess(job, { timeoutMs: job.warmUpMs + job.measureMs + 60_000, profile })
    const peaks = kind === 'parallel-writes' ? new PeakMemory(ensemble) : null
    try {
      const reading: RateReading = await this.#unlessAborted(load.reading)
      if (!measured) return
      this.#add(kind, { ...reading }, options)
      if (peaks !== null) this.#add('memory', { peakMb: peaks.greatestMb }, options)
    } finally {
      peaks?.stop()
      load.end()
    }
  }

  /**
   * One writer, then the fault, then the repair. The writer of a peer is connected to its two followers only, so that what is measured is
   * the ensemble's fail-over and not how its client finds out that a server is silent. Ours is connected as always, that is to the leader.
   */
  async #gap(kind: 'kill-gap' | 'stop-gap'): Promise<void> {
    const ensemble = this.#running()
    const { system } = ensemble.recipe
    const { leader } = await ensemble.healthy()
    const victim = ensemble.servers[leader]
    if (victim === undefined) throw new Error('there is no leader')
    const endpoints = system === 'synod' ? ensemble.endpoints : ensemble.endpoints.filter((_, index) => index !== leader)
    const load = new LoadProcess({ kind: 'writer', system, endpoints }, { timeoutMs: 60_000 })
    try {
      await this.#unlessAborted(load.ready)
      await sleep(200 + Math.random() * 300)
      if ((await ensemble.healthy()).leader !== leader) throw new Error('another server leads before the fault')
      load.fault(sharedNow())
      victim.signal(kind === 'kill-gap' ? 'SIGKILL' : 'SIGSTOP')
      const { gapMs, failed } = await this.#unlessAborted(load.reading)
      this.#add(kind, { ms: gapMs, failed }, this.#bench.options)
    } finally {
      load.end()
      await repair(ensemble, leader, kind)
    }
  }

  #running(): Ensemble {
    if (this.#ensemble === null) throw new Error('there are no servers')
    return this.#ensemble
  }

  #add(scenario: Scenario, readings: Readonly<Record<string, number>>, { scenarios }: BenchOptions): void {
    if (scenarios.includes(scenario)) this.#collector.add(scenario, readings)
  }

  async #unlessAborted<T>(wanted: Promise<T>): Promise<T> {
    const { signal } = this.#bench
    const aborted = Promise.withResolvers<never>()
    const abort = (): void => aborted.reject(signal.reason)
    signal.throwIfAborted()
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([wanted, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}

async function repair(ensemble: Ensemble, index: number, kind: 'kill-gap' | 'stop-gap'): Promise<void> {
  const server = ensemble.servers[index]
  if (kind === 'stop-gap') {
    server?.signal('SIGCONT')
  } else {
    await server?.end('SIGKILL')
    server?.start()
  }
  await ensemble.healthy()
}

/** Looks at the servers' resident memory while a load runs. */
class PeakMemory {
  readonly #timer: NodeJS.Timeout
  #greatest = 0

  constructor(ensemble: Ensemble) {
    this.#timer = setInterval(() => {
      for (const server of ensemble.servers) this.#greatest = Math.max(this.#greatest, server.residentMb())
    }, memorySampleMs)
  }

  /** Of the greatest of the three servers. */
  get greatestMb(): number {
    return this.#greatest
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
