import { createClient, type ClientTuning } from '@synod/client'
import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import type { RandomStream } from '../engine/random.ts'
import type { World } from '../engine/world.ts'
import type { ObservedClient } from '../invariants/invariant.ts'
import { endpointOf, type ClientNetwork } from '../network/client-network.ts'
import { SimProcess, type ProcessTraits } from '../process/sim-process.ts'
import type { History } from './history.ts'
import type { LateCopies } from './late-copies.ts'
import type { Workload, WorkloadContext } from './workload.ts'

/** What all clients of a simulation have in common. */
export interface ClientHost {
  readonly world: World
  readonly network: ClientNetwork
  readonly servers: readonly string[]
  readonly history: History
  readonly tuning: ClientTuning
  /** `null`: what was under way when a connection ended is gone with it. */
  readonly lateCopies: LateCopies | null
  isOver(): boolean
  fail(invariant: string, message: string): void
}

/** A client process through all its lives, and the workload that it does. */
export class SimClient implements ObservedClient {
  readonly name: string
  readonly workload: Workload
  lives = 0
  /** Sessions that the workload has lost: those it closed itself do not count. */
  endedSessions = 0
  readonly #host: ClientHost
  readonly #random: RandomStream
  readonly #traits: ProcessTraits
  #process: SimProcess | null = null
  #client: CoordinationClient | null = null
  #working = false
  #sessions = 0
  #values = 0

  constructor(host: ClientHost, name: string, parts: { readonly workload: Workload; readonly traits: ProcessTraits }) {
    this.#host = host
    this.name = name
    this.workload = parts.workload
    this.#traits = parts.traits
    this.#random = host.world.random(`client ${name}`)
  }

  get requestTimeoutMs(): number {
    return this.#host.tuning.requestTimeoutMs ?? 10_000
  }

  get sessionId(): number {
    return this.#client?.session.id ?? 0
  }

  get held(): boolean {
    return this.#process?.isAlive === true && this.#client?.session.held === true
  }

  /** Its workload has not come to its end. */
  get isWorking(): boolean {
    return this.#working
  }

  start(): void {
    if (this.#process !== null) return
    this.lives += 1
    const process = new SimProcess(this.#host.world, this.name, { random: this.#random.split(`life ${this.lives}`), traits: this.#traits })
    this.#process = process
    this.#working = true
    process.run(() => {
      this.#work(process).then(
        () => {
          if (this.#process === process) this.#working = false
        },
        (error: unknown) => {
          const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
          this.#host.fail(`workload ${this.workload.name}`, `${this.name}: ${text}`)
        },
      )
    })
  }

  /** Runs the workload's check with a client of its own. */
  async check(process: SimProcess): Promise<void> {
    const { check } = this.workload
    if (check === undefined) return
    const client = this.#connect(process)
    await check.call(this.workload, this.#context(process, client))
    await client.close()
  }

  /** A process from which the final state is looked at. */
  checker(): SimProcess {
    return new SimProcess(this.#host.world, `${this.name}z`, { random: this.#random.split('check'), traits: this.#traits })
  }

  kill(): void {
    if (this.#process === null) return
    this.#host.world.note(this.name, 'is killed')
    this.#process.kill()
    this.#host.network.clientEnded(this.#process)
    this.#host.lateCopies?.end()
    this.#process = null
    this.#client = null
    this.#working = false
  }

  pause(): void {
    this.#process?.pause(false)
  }

  resume(): void {
    this.#process?.resume()
  }

  breakConnections(): void {
    if (this.#process !== null) this.#host.network.breakAll(this.#process)
  }

  async #work(process: SimProcess): Promise<void> {
    while (!this.#host.isOver()) {
      const client = this.#connect(process)
      this.#client = client
      try {
        await this.workload.run(this.#context(process, client))
      } catch (error) {
        if (!SynodError.is(error)) throw error
        if (error.code === 'SYNOD_SESSION_EXPIRED') this.endedSessions += 1
        this.#host.world.coverage.add(`client sees ${error.code}`)
      }
      await client.close()
      await this.#sleep(process, 10)
    }
  }

  #connect(process: SimProcess): CoordinationClient {
    const { network, servers, tuning, lateCopies } = this.#host
    const dialer = network.dialer(process)
    return createClient({
      ...tuning,
      servers: servers.map(endpointOf),
      dialer: lateCopies?.watch(dialer) ?? dialer,
      clock: process.clock,
      random: process.random,
    })
  }

  #context(process: SimProcess, client: CoordinationClient): WorkloadContext {
    const { world, history } = this.#host
    return {
      client,
      history,
      name: this.name,
      life: `${this.name}.${this.lives}`,
      clock: process.clock,
      random: process.random.split(`workload ${(this.#sessions += 1)}`),
      unique: () => `${this.name}-${(this.#values += 1)}`,
      isOver: () => this.#host.isOver(),
      sleep: (millis) => this.#sleep(process, millis),
      fail: (message) => {
        this.#host.fail(`workload ${this.workload.name}`, `${this.name}: ${message}`)
        throw new Error(message)
      },
      count: (name) => {
        world.coverage.add(name)
      },
    }
  }

  #sleep(process: SimProcess, millis: number): Promise<void> {
    return new Promise((resolve) => {
      process.clock.setTimer(process.clock.now() + Math.round(millis * 1000), resolve)
    })
  }
}
