import {
  SynodError,
  type Consistency,
  type LeadershipStrength,
  type ReadOutcome,
  type ReplicaEvents,
  type ReplicaStatus,
  type SubmitOutcome,
  type TouchOutcome,
} from '@synod/interface'
import { zxidZero, type LogIndex, type StateMachine } from '@synod/interface/protocol'
import { recover } from '@synod/election-core'
import { coreOptions } from './core-options.ts'
import { Emitter } from './emitter.ts'
import { messageOf, stopped, storageFailure } from './errors.ts'
import { noLeadership } from './leadership.ts'
import { LeadershipWaiters } from './leadership-waiters.ts'
import type { Replica, ReplicaInspection, ReplicaOptions, ResolvedOptions } from './options.ts'
import { corrupt, readStore, restoreState } from './recovery.ts'
import { resolveOptions } from './resolve-options.ts'
import { Running } from './running.ts'
import { Servers } from './servers.ts'

type Phase = 'new' | 'starting' | 'running' | 'stopping' | 'stopped'

/** The life of a replica: new, started, stopped or halted; everything between is `Running`. */
class SynodReplica implements Replica {
  readonly state: StateMachine
  readonly #options: ResolvedOptions
  readonly #emitter: Emitter
  readonly #servers: Servers
  readonly #leadershipWaiters: LeadershipWaiters = new LeadershipWaiters()
  #phase: Phase = 'new'
  #running: Running | null = null
  #halted: SynodError | null = null
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  #closing: Promise<void> | null = null

  constructor(options: ReplicaOptions) {
    this.#options = resolveOptions(options)
    this.state = this.#options.stateMachine
    this.#emitter = new Emitter(this.#options.logger)
    const { id, endpoint, pid, version } = this.#options
    this.#servers = new Servers(this.#options.voters, { id, endpoint, pid, version, connected: true })
  }

  get halted(): SynodError | null {
    return this.#halted
  }

  lastEvents(): readonly string[] {
    return this.#running?.lastEvents() ?? []
  }

  inspect(): ReplicaInspection | null {
    return this.#running?.inspect() ?? null
  }

  start(): Promise<void> {
    if (this.#phase !== 'new') return Promise.reject(this.#halted ?? stopped('a replica can be started once; make another one'))
    this.#phase = 'starting'
    this.#starting = this.#start()
    return this.#starting
  }

  stop(options: { readonly graceful?: boolean } = {}): Promise<void> {
    this.#stopping ??= this.#stop(options.graceful ?? true)
    return this.#stopping
  }

  waitFor(strength: LeadershipStrength, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const ended = this.#ended()
    if (ended !== null && strength !== 'exclusive') return Promise.reject(ended)
    return this.#leadershipWaiters.wait(this.#running?.leadership.strength ?? 'none', strength, options.signal)
  }

  announce(endpoint: string): void {
    const { pid, version } = this.#options
    if (!this.#servers.announced(this.#options.id, { endpoint, pid, version })) return
    this.#running?.announce()
    this.#emitter.emit('servers:change', { servers: this.#servers.list() })
  }

  status(): ReplicaStatus {
    const blank = {
      ...noLeadership,
      clusterId: '',
      incarnation: 0,
      lastZxid: zxidZero,
      commitIndex: 0,
      appliedZxid: this.state.appliedZxid,
      store: 'blank' as const,
      sinceLeaderMicros: 0,
    }
    return {
      ...(this.#running?.status() ?? blank),
      id: this.#options.id,
      clusterName: this.#options.cluster,
      servers: this.#servers.list(),
      stopped: this.#phase === 'stopped',
      halted: this.#halted,
    }
  }

  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void {
    if (!(command instanceof Uint8Array)) throw new TypeError('submit needs a command as Uint8Array')
    const error = this.#unusable()
    const told = this.#guarded(done)
    if (error !== null)
      this.#options.clock.defer(() => {
        told({ ok: false, error })
      })
    else this.#running?.clients.submit(command, told)
  }

  read(request: { readonly consistency: Consistency; readonly minIndex: LogIndex }, done: (outcome: ReadOutcome) => void): void {
    const error = this.#unusable()
    const told = this.#guarded(done)
    if (error !== null)
      this.#options.clock.defer(() => {
        told({ ok: false, error })
      })
    else this.#running?.clients.read(request.consistency, request.minIndex, told)
  }

  touch(sessionId: number, done: (outcome: TouchOutcome) => void): void {
    const told = this.#guarded(done)
    if (this.#unusable() !== null)
      this.#options.clock.defer(() => {
        told('unavailable')
      })
    else this.#running?.clients.touch(sessionId, told)
  }

  on<K extends keyof ReplicaEvents>(event: K, listener: (payload: ReplicaEvents[K]) => void): () => void {
    return this.#emitter.on(event, listener)
  }

  /** Outcomes are told in the middle of a step: a callback that throws is logged, as a listener is, and harms nobody else. */
  #guarded<T>(done: (outcome: T) => void): (outcome: T) => void {
    return (outcome) => {
      try {
        done(outcome)
      } catch (error) {
        this.#options.logger.error({ error }, 'the callback of a command, a read or a touch threw')
      }
    }
  }

  /** Why commands, reads and touches cannot be taken now; `null` when they can. */
  #unusable(): SynodError | null {
    const ended = this.#ended()
    if (ended !== null) return ended
    if (this.#phase === 'stopping') return stopped('this server is stopping')
    return this.#phase === 'running' ? null : stopped('this server has not been started yet')
  }

  #ended(): SynodError | null {
    // While everybody who waits is told of a halt, this replica has ended already: a callback may ask for more.
    const ended = this.#halted ?? this.#running?.over ?? null
    if (ended !== null) return ended
    return this.#phase === 'stopped' ? stopped('this server has stopped') : null
  }

  async #start(): Promise<void> {
    try {
      await this.#open()
      if (this.#phase === 'starting') this.#phase = 'running'
    } catch (error) {
      if (this.#phase === 'starting') this.#phase = 'stopped'
      this.#running?.end(stopped('this server could not be started'))
      this.#leadershipWaiters.stop(SynodError.is(error) ? error : stopped('this server could not be started'))
      await this.#close()
      throw error
    }
  }

  async #open(): Promise<void> {
    const { id, cluster, storage, transport, stateMachine } = this.#options
    if (stateMachine.appliedZxid.index !== 0) {
      const message = `stateMachine has already applied index ${stateMachine.appliedZxid.index}: each replica needs a new, empty one`
      throw new SynodError('SYNOD_INVALID_CONFIG', message, { issues: [{ path: 'stateMachine', message }] })
    }
    const owner = { clusterName: cluster, id }
    const store = readStore(await orStorageFailure(storage.open(owner)), owner)
    const { core, damage } = recover(store.records, coreOptions(this.#options))
    if (damage !== null) throw corrupt(owner, damage)
    if (store.snapshot !== null) await orStorageFailure(restoreState(storage, store.snapshot, stateMachine))
    for (const unreferenced of store.unreferenced) await orStorageFailure(storage.dropSnapshot(unreferenced))
    const running = new Running(
      this.#options,
      {
        emitter: this.#emitter,
        servers: this.#servers,
        onLeadership: ({ strength }) => {
          this.#leadershipWaiters.reached(strength)
        },
        onHalted: (error) => {
          this.#onHalted(error)
        },
      },
      { store, core },
    )
    this.#running = running
    await running.start()
    if (this.#halted !== null) throw this.#halted
    if (this.#phase === 'stopping') throw stopped('this server was stopped while it started')
    await transport.start(() => ({ id, clusterName: cluster, ...running.identity() }), running.handlers())
  }

  async #stop(graceful: boolean): Promise<void> {
    const before = this.#phase
    if (before !== 'stopped') this.#phase = 'stopping'
    await this.#starting?.catch(() => undefined)
    const error = stopped('this server has stopped')
    if (before !== 'new' && this.#running !== null && this.#halted === null) {
      if (graceful) await this.#drain(this.#running)
      this.#running.end(error)
    }
    this.#phase = 'stopped'
    this.#leadershipWaiters.stop(this.#halted ?? error)
    if (before !== 'new') await this.#close()
  }

  /** Bounded: what is still on its way then is answered with `SYNOD_OUTCOME_UNKNOWN`. */
  #drain(running: Running): Promise<void> {
    const { clock, stopTimeoutMs } = this.#options
    return new Promise((resolve) => {
      const cancel = clock.setTimer(clock.now() + stopTimeoutMs * 1000, resolve)
      void running.drain().then(() => {
        cancel()
        resolve()
      })
    })
  }

  #onHalted(error: SynodError): void {
    this.#halted = error
    this.#phase = 'stopped'
    this.#leadershipWaiters.stop(error)
    this.#emitter.emit('halt', { error })
    void this.#close()
  }

  /** Closes the ports, once; what goes wrong then is logged and nothing else. */
  #close(): Promise<void> {
    this.#closing ??= (async () => {
      for (const [name, close] of [
        ['transport', () => this.#options.transport.stop()],
        ['storage', () => this.#options.storage.close()],
      ] as const) {
        try {
          await close()
        } catch (error) {
          this.#options.logger.warn({ port: name, reason: messageOf(error) }, 'a port did not close cleanly')
        }
      }
    })()
    return this.#closing
  }
}

/**
 * Makes a replica of the given ports; nothing happens before `start`. Throws `SYNOD_INVALID_CONFIG` with every issue of the options.
 */
export function createReplica(options: ReplicaOptions): Replica {
  return new SynodReplica(options)
}

async function orStorageFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw storageFailure(error)
  }
}
