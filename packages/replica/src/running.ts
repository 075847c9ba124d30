import { SynodError, type ReplicaStatus, type TransportHandlers } from '@synod/interface'
import type { NodeId, PeerMessage, ReplicaBody } from '@synod/interface/protocol'
import type { CoreEvent, Effects, ElectionCore, Incoming, Notice } from '@synod/election-core'
import { encodePeerFrame } from '@synod/wire'
import { Applier } from './applier.ts'
import { ClientWork } from './client-work.ts'
import { publish } from './diagnostics.ts'
import { Driver } from './driver.ts'
import type { Emitter } from './emitter.ts'
import { coreHalted, invariantBroken, messageOf, stopping, storageFailure, storageMissing } from './errors.ts'
import { History } from './history.ts'
import { receiveFrame } from './inbound.ts'
import { compareLeadership, leadershipOf, noLeadership, type Leadership } from './leadership.ts'
import type { ReplicaInspection, ResolvedOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import type { RecoveredStore } from './recovery.ts'
import type { Servers } from './servers.ts'
import { Snapshots } from './snapshots.ts'
import { WalWriter } from './wal-writer.ts'

/** Round-trip times are told to the core this often. */
const ROUND_TRIP_MICROS = 500_000

export interface RunningHost {
  readonly emitter: Emitter
  readonly servers: Servers
  onLeadership(leadership: Leadership): void
  /** The replica does nothing any more; transport and storage are still open. */
  onHalted(error: SynodError): void
}

/** A replica between the recovery of its store and its end: the parts, and how they are wired. */
export class Running {
  readonly clients: ClientWork
  readonly #options: ResolvedOptions
  readonly #host: RunningHost
  readonly #core: ElectionCore
  readonly #history: History = new History()
  readonly #wal: WalWriter
  readonly #outbox: Outbox
  readonly #applier: Applier
  readonly #snapshots: Snapshots
  readonly #driver: Driver
  #leadership: Leadership = noLeadership
  #over: SynodError | null = null
  #badFrames = 0
  #roundTripsAt = 0
  /** What there is to see since the last step; made when somebody looks. */
  #inspection: ReplicaInspection | null = null
  readonly #idle: Set<{ readonly reached: () => boolean; readonly resolve: () => void }> = new Set()

  constructor(
    options: ResolvedOptions,
    host: RunningHost,
    { store, core }: { readonly store: RecoveredStore; readonly core: ElectionCore },
  ) {
    this.#options = options
    this.#host = host
    this.#core = core
    this.#wal = new WalWriter(
      {
        storage: options.storage,
        onDurable: (walSequence) => {
          this.#driver.durable(walSequence)
        },
        onFailed: (error) => {
          this.#storageFailed(error)
        },
      },
      store.position,
    )
    this.#outbox = new Outbox(options.transport, (to, messages) => this.#encodeFrame(to, messages))
    this.#applier = this.#makeApplier()
    this.#snapshots = this.#makeSnapshots(store)
    this.#driver = this.#makeDriver()
    this.clients = new ClientWork({
      options,
      isConnected: (peer) => host.servers.isConnected(peer),
      dispatch: (event) => {
        this.#dispatch(event)
      },
      send: (to, body, toIncarnation) => {
        this.#send(to, body, toIncarnation)
      },
      caughtUp: () => options.stateMachine.appliedZxid.index >= core.commitIndex,
      schedule: () => {
        this.#driver.schedule()
      },
    })
  }

  get leadership(): Leadership {
    return this.#leadership
  }

  /** Why nothing is done any more; `null` while something is. */
  get over(): SynodError | null {
    return this.#over
  }

  lastEvents(): readonly string[] {
    return this.#history.lines()
  }

  inspect(): ReplicaInspection {
    const core = this.#core
    this.#inspection ??= { view: core.view, epochAt: (index) => core.epochAt(index), matchOf: (id) => core.matchOf(id) }
    return this.#inspection
  }

  /** Who this server is, as the transport tells its peers. */
  identity(): { readonly incarnation: number; readonly clusterId: string } {
    const { incarnation, clusterId } = this.#core.identity
    return { incarnation, clusterId }
  }

  /** Resolves when this life's incarnation is durable, or the replica has halted. */
  async start(): Promise<void> {
    this.#dispatch({ type: 'start' })
    this.#driver.flush()
    await this.#until(() => this.#wal.idle)
  }

  /**
   * Takes no more commands, resigns, and resolves when none is on its way any more; or when those that are cannot be committed, because
   * the others have gone, too.
   */
  async drain(): Promise<void> {
    this.clients.close(stopping())
    this.#dispatch({ type: 'resign' })
    this.#driver.flush()
    await this.#until(() => this.#wal.idle && (this.clients.pendingCommands === 0 || !this.#host.servers.quorumConnected))
    this.#driver.flush()
    await new Promise<void>((resolve) => {
      this.#options.clock.defer(resolve)
    })
  }

  /** Nothing is stepped, sent, written or applied any more; whoever waits is told. */
  end(error: SynodError): void {
    if (this.#over !== null) return
    this.#over = error
    this.#driver.stop()
    this.#outbox.close()
    this.#wal.close()
    this.#applier.stop()
    this.clients.stop(error)
    for (const waiter of this.#idle) waiter.resolve()
    this.#idle.clear()
  }

  /** Tells all peers what is known of this server. */
  announce(): void {
    for (const { id, connected } of this.#host.servers.list()) {
      if (connected && id !== this.#options.id) this.#send(id, this.#host.servers.own, 0)
    }
  }

  status(): Omit<ReplicaStatus, 'id' | 'clusterName' | 'servers' | 'stopped' | 'halted'> {
    const { clusterId, incarnation, lastZxid, commitIndex, store, leaderHeardAt, promised } = this.#core.view
    const { role, leader, epoch } = this.#leadership
    return {
      ...this.#leadership,
      epoch: leader === null ? promised.epoch : epoch,
      clusterId,
      incarnation,
      lastZxid,
      commitIndex,
      appliedZxid: this.#options.stateMachine.appliedZxid,
      store,
      sinceLeaderMicros: role === 'leading' ? 0 : Math.max(0, this.#now() - leaderHeardAt),
    }
  }

  /** What the transport calls. */
  handlers(): TransportHandlers {
    const inbound = {
      self: this.#options.id,
      clusterId: () => this.#core.identity.clusterId,
      incarnation: () => this.#core.identity.incarnation,
      onMessage: (incoming: Incoming) => {
        this.#dispatch(incoming)
      },
      onBody: (from: NodeId, incarnation: number, body: ReplicaBody) => {
        this.#onBody(from, incarnation, body)
      },
      onBadFrame: (peer: NodeId, reason: string) => {
        this.#onBadFrame(peer, reason)
      },
    }
    return {
      onFrame: (from, frame) => {
        if (this.#over === null && this.#host.servers.has(from)) receiveFrame(inbound, from, frame)
      },
      onOpened: (peer) => {
        if (this.#over !== null || !this.#host.servers.has(peer)) return
        this.#setConnected(peer, true)
        this.#tellRoundTrip(peer)
        this.#dispatch({ type: 'opened', peer })
        this.#send(peer, this.#host.servers.own, 0)
      },
      onClosed: (peer) => {
        if (this.#over !== null || !this.#host.servers.has(peer)) return
        this.#setConnected(peer, false)
        this.#dispatch({ type: 'closed', peer })
        this.clients.onClosed(peer)
      },
      onRefused: (peer) => {
        this.#dispatch({ type: 'refused', peer })
      },
      onRejected: (peer, error) => {
        this.#options.logger.warn({ peer, error }, 'a connection was turned away')
      },
    }
  }

  #makeApplier(): Applier {
    const { clock, stateMachine, applyBatchMax } = this.#options
    return new Applier({
      clock,
      stateMachine,
      batchMax: applyBatchMax,
      entries: (from, to) => this.#core.entries(from, to),
      onEntry: (entry, result) => {
        this.clients.onEntry(entry, result)
      },
      onApplied: (index) => {
        this.clients.onApplied(index)
        this.#snapshots.takeIfDue()
      },
      onFailed: (error) => {
        this.#fail(invariantBroken('the state machine', messageOf(error), error))
      },
    })
  }

  #makeSnapshots(store: RecoveredStore): Snapshots {
    const { id: self, storage, stateMachine, logger } = this.#options
    return new Snapshots(
      {
        self,
        storage,
        stateMachine,
        logger,
        limits: this.#options,
        wal: this.#wal,
        basis: (index) => this.#core.snapshotBasis(index),
        neededFrom: () => this.#core.neededFrom(),
        dispatch: (event) => {
          this.#dispatch(event)
        },
        onFailed: (error) => {
          this.#storageFailed(error)
        },
      },
      store.snapshot,
    )
  }

  #makeDriver(): Driver {
    return new Driver({
      clock: this.#options.clock,
      wal: this.#wal,
      outbox: this.#outbox,
      applier: this.#applier,
      snapshots: this.#snapshots,
      step: (event) => {
        this.#history.event(this.#now(), event)
        return this.#step(event)
      },
      onNotice: (notice) => {
        this.#onNotice(notice)
      },
      onInstalled: (index) => {
        this.clients.onInstalled(index)
      },
      onTurnEnd: () => {
        this.#onTurnEnd()
      },
      onFailed: (error) => {
        this.#fail(SynodError.is(error) ? error : invariantBroken('a step', messageOf(error), error))
      },
    })
  }

  #now(): number {
    return this.#options.clock.now()
  }

  #step(event: CoreEvent): Effects {
    this.#inspection = null
    return this.#core.step(this.#now(), event)
  }

  #dispatch(event: CoreEvent): void {
    if (this.#over === null) this.#driver.dispatch(event)
  }

  #send(to: NodeId, body: ReplicaBody, toIncarnation: number): void {
    this.#outbox.addBody(to, body, toIncarnation)
    this.#driver.schedule()
  }

  #encodeFrame(to: NodeId, messages: readonly PeerMessage[]): Uint8Array {
    const { clusterId, generation, member, incarnation, configIndex } = this.#core.identity
    return encodePeerFrame({ clusterId, generation, from: member, fromIncarnation: incarnation, to, configIndex, messages })
  }

  #onBody(from: NodeId, incarnation: number, body: ReplicaBody): void {
    if (body.type !== 'announce') this.clients.onBody(from, incarnation, body)
    else if (this.#host.servers.announced(from, body)) this.#serversChanged()
  }

  #onBadFrame(peer: NodeId, reason: string): void {
    this.#badFrames += 1
    this.#options.logger.warn({ peer, reason }, 'a frame could not be understood: its connection is closed')
    publish('synod:replica:bad-frame', { id: this.#options.id, peer, reason, count: this.#badFrames })
    this.#options.transport.disconnect(peer, `bad frame: ${reason}`)
  }

  #setConnected(peer: NodeId, connected: boolean): void {
    if (this.#host.servers.connected(peer, connected)) this.#serversChanged()
  }

  #serversChanged(): void {
    this.#host.emitter.emit('servers:change', { servers: this.#host.servers.list() })
  }

  #tellRoundTrip(peer: NodeId): void {
    const micros = this.#options.transport.roundTripMicros(peer)
    if (micros > 0) this.#dispatch({ type: 'roundTrip', peer, micros })
  }

  #onNotice(notice: Notice): void {
    this.#history.notice(this.#now(), notice)
    switch (notice.kind) {
      case 'role':
        this.#onRole(leadershipOf(notice))
        break
      case 'proposed':
      case 'refused':
      case 'readReady':
      case 'readFailed':
        this.clients.onNotice(notice)
        break
      case 'formatted':
        this.#options.logger.info({ clusterId: this.#core.view.clusterId }, 'the store was formatted for a new cluster')
        this.announce()
        break
      case 'configMismatch':
        this.#options.logger.error(
          { peer: notice.peer },
          'a peer is configured with other voters: no cluster forms until the lists are equal',
        )
        break
      case 'storageMissing':
        this.#fail(storageMissing(notice.heard, this.#options.storage.where))
        break
      case 'halt':
        if (notice.invariant === 'staleIncarnation') this.#wal.flushLast()
        this.#fail(coreHalted(notice.invariant, notice.detail))
    }
  }

  #onRole(after: Leadership): void {
    const change = compareLeadership(this.#leadership, after)
    this.#leadership = after
    this.clients.onLeadership(after)
    const { role, strength, epoch, leader } = after
    if (change.role) {
      publish('synod:replica:role', { id: this.#options.id, role, strength, epoch, leader })
      this.#host.emitter.emit('role:change', { role, strength, epoch })
    }
    if (change.leader) this.#host.emitter.emit('leader:change', { leader, epoch })
    this.#host.onLeadership(after)
  }

  #onTurnEnd(): void {
    const now = this.#now()
    if (now - this.#roundTripsAt >= ROUND_TRIP_MICROS) {
      this.#roundTripsAt = now
      for (const { id, connected } of this.#host.servers.list()) if (connected && id !== this.#options.id) this.#tellRoundTrip(id)
    }
    this.clients.turnEnd()
    for (const waiter of this.#idle) {
      if (!waiter.reached()) continue
      this.#idle.delete(waiter)
      waiter.resolve()
    }
  }

  /** Looked at at the end of every turn in which something happened. */
  #until(reached: () => boolean): Promise<void> {
    if (this.#over !== null || reached()) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idle.add({ reached, resolve })
    })
  }

  /** Others should not have to wait until they suspect a leader that cannot write any more: the last thing it says is RESIGN. */
  #storageFailed(error: unknown): void {
    if (this.#over !== null) return
    this.#driver.stop()
    const { send } = this.#step({ type: 'resign' })
    this.#outbox.closeWith(send.filter((outgoing) => outgoing.message.body.type === 'resign'))
    this.#fail(storageFailure(error))
  }

  #fail(error: SynodError): void {
    if (this.#over !== null) return
    this.#options.logger.error({ error, lastEvents: this.lastEvents() }, `this replica halts: ${error.message}`)
    this.end(error)
    publish('synod:replica:halt', { id: this.#options.id, error, lastEvents: this.lastEvents() })
    this.#host.onHalted(error)
  }
}
