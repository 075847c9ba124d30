import type { ClientLink, ReplicaStatus } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { ServerMessage } from '@synod/wire'
import { ClientConnection } from './client-connection.ts'
import { resolveServiceOptions } from './options.ts'
import type { ClientServiceOptions, ResolvedServiceOptions } from './options.ts'
import { ReadBatch } from './read-batch.ts'
import { StateHashes } from './state-hashes.ts'

/** Where the server half's end of a link reports to. */
export interface AcceptedLink {
  onFrame(frame: Uint8Array): void
  /** What came is no frame of any kind (too long, text, not WebSocket): counted as malformed; the link is closed. */
  onBadFrame(reason: string): void
  onClosed(): void
}

/** Counters since the start; for metrics. */
export interface ClientServiceStats {
  readonly connections: number
  readonly framesReceived: number
  /** Frames that did not decode; each closed its connection. */
  readonly framesMalformed: number
  /** Connections closed because their client did not read. */
  readonly slowConsumers: number
  /** Requests refused because their connection had too many, or too many answers that it had not read. */
  readonly refusedBusy: number
}

/** The server half: one per replica, whatever carries its links. */
export interface ClientService {
  /** Takes a connection of a client. The link must be open; frames and its end go to what is returned. */
  accept(link: ClientLink): AcceptedLink
  stats(): ClientServiceStats
  /** Closes all connections and takes no more. Idempotent. */
  close(): void
}

/** Serves clients from a replica. Throws `SYNOD_INVALID_CONFIG` naming every issue of the options. */
export function createClientService(options: ClientServiceOptions): ClientService {
  return new Service(resolveServiceOptions(options))
}

/** What all connections of a service share. */
export class Service implements ClientService {
  readonly options: ResolvedServiceOptions
  readonly reads: ReadBatch
  readonly hashes: StateHashes = new StateHashes()
  framesReceived = 0
  framesMalformed = 0
  slowConsumers = 0
  refusedBusy = 0
  /** As clients were told; 0 = none. */
  #toldLeader: NodeId
  readonly #connections = new Set<ClientConnection>()
  readonly #toFlush: Set<ClientConnection> = new Set()
  readonly #unsubscribe: readonly (() => void)[]
  #flushPending = false
  #closed = false

  constructor(options: ResolvedServiceOptions) {
    this.options = options
    this.reads = new ReadBatch(options.replica, options.clock)
    this.#toldLeader = servedLeader(options.replica.status())
    const tellAll = (): void => this.#welcomeAll()
    const tellOfRole = (): void => {
      if (servedLeader(options.replica.status()) !== this.#toldLeader) this.#welcomeAll()
    }
    this.#unsubscribe = [
      options.replica.on('leader:change', tellAll),
      options.replica.on('role:change', tellOfRole),
      options.replica.on('servers:change', tellAll),
    ]
  }

  /** Writes are answered soon: reads of their session may wait for them. */
  get leaderKnown(): boolean {
    return this.#toldLeader !== 0
  }

  accept(link: ClientLink): AcceptedLink {
    const connection = new ClientConnection(this, link)
    if (this.#closed) {
      connection.close('this server is stopping')
      return connection
    }
    this.#connections.add(connection)
    connection.send(this.#welcome())
    return connection
  }

  stats(): ClientServiceStats {
    const { framesReceived, framesMalformed, slowConsumers, refusedBusy } = this
    return { connections: this.#connections.size, framesReceived, framesMalformed, slowConsumers, refusedBusy }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    for (const connection of [...this.#connections]) connection.close('this server is stopping')
  }

  /** What `connection` was told in this turn leaves at its end. */
  flushLater(connection: ClientConnection): void {
    this.#toFlush.add(connection)
    if (this.#flushPending) return
    this.#flushPending = true
    this.options.clock.defer(this.#flush)
  }

  forget(connection: ClientConnection): void {
    this.#connections.delete(connection)
    this.#toFlush.delete(connection)
  }

  readonly #flush = (): void => {
    this.#flushPending = false
    const connections = [...this.#toFlush]
    this.#toFlush.clear()
    for (const connection of connections) connection.flush()
  }

  #welcomeAll(): void {
    const welcome = this.#welcome()
    this.#toldLeader = welcome.leader
    for (const connection of this.#connections) {
      connection.send(welcome)
      if (!this.leaderKnown) connection.releaseReads()
    }
  }

  #welcome(): ServerMessage & { readonly type: 'welcome' } {
    const status: ReplicaStatus = this.options.replica.status()
    const servers = status.servers.filter(({ endpoint }) => endpoint !== '').map(({ id, endpoint }) => ({ id, endpoint }))
    return { type: 'welcome', serverId: status.id, leader: servedLeader(status), epoch: status.epoch, servers }
  }
}

/** To whom this server can take a write. A relayed server knows of a leader, and cannot reach it: its clients must look elsewhere (S66). */
function servedLeader({ role, leader }: ReplicaStatus): NodeId {
  return role === 'relayed' ? 0 : (leader ?? 0)
}
