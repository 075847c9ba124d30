import type { SynodError } from '@synod/interface'
import type { Entry, LogIndex, NodeId, PeerFrame, Zxid } from '@synod/interface/protocol'
import { decodePeerFrame } from '@synod/wire'
import { createTree } from '@synod/tree'
import type { CoreView } from '@synod/election-core'
import type { ReplicaBounds, ReplicaTimings } from '@synod/replica'
import { SimDisk } from '../disk/sim-disk.ts'
import type { World } from '../engine/world.ts'
import type { Checks } from '../invariants/invariant.ts'
import { ClientNetwork, type ClientListener, type ListenerBook } from '../network/client-network.ts'
import { Network } from '../network/network.ts'
import type { SimTransport, TransportBook } from '../network/sim-transport.ts'
import type { SimProcess } from '../process/sim-process.ts'
import type { Traits } from '../traits.ts'
import { describeMessage, describeView } from './describe.ts'
import type { MachineListener } from './observed-machine.ts'
import { SimServer, type ServerHost, type SimStateMachine } from './sim-server.ts'

export interface ClusterHost {
  readonly world: World
  readonly traits: Traits
  readonly nodes: number
  readonly replica: Partial<ReplicaTimings & ReplicaBounds>
  readonly checks: readonly Checks[]
  readonly stateMachine?: () => SimStateMachine
  onHalt(server: SimServer, error: SynodError): void
  onCrashPoint(server: SimServer): void
  onEnded(server: SimServer): void
}

/** All servers, their disks and the networks between them; everything that happens in them is told to the invariants. */
export class Cluster implements ServerHost, TransportBook, ListenerBook {
  readonly world: World
  readonly network: Network
  readonly clientNetwork: ClientNetwork
  readonly servers: readonly SimServer[]
  readonly ids: readonly NodeId[]
  readonly voters: readonly NodeId[]
  readonly replicaOptions: Partial<ReplicaTimings & ReplicaBounds>
  readonly #host: ClusterHost
  readonly #dirty: Set<SimServer> = new Set()
  readonly #shown: Map<SimServer, { view: CoreView; text: string }> = new Map()
  /** Who listens to what; known once all invariants are there. */
  readonly #listening: Map<keyof Checks, readonly Checks[]> = new Map()
  readonly #frames: WeakMap<Uint8Array, PeerFrame> = new WeakMap()
  #appliedMost = 0

  constructor(host: ClusterHost) {
    this.#host = host
    this.world = host.world
    this.replicaOptions = { ...host.traits.replica, ...host.replica }
    this.network = new Network(host.world, host.traits.network)
    this.clientNetwork = new ClientNetwork(this.network, this)
    this.ids = Array.from({ length: host.nodes }, (_, at) => at + 1)
    this.voters = this.ids
    const random = host.world.random('servers')
    this.servers = this.ids.map((id) => {
      const { rateErrorPpm, process, disk } = host.traits
      const drive = new SimDisk(host.world.random(`disk ${id}`), disk)
      const server = new SimServer(this, id, { drive, traits: { ...process, rateErrorPpm: random.between(-rateErrorPpm, rateErrorPpm) } })
      drive.onRecord = (record) => {
        for (const check of host.checks) check.onRecord?.(server, record)
      }
      return server
    })
  }

  makeMachine(): SimStateMachine {
    return this.#host.stateMachine?.() ?? createTree({ historyEventsMax: this.#host.traits.historyEventsMax })
  }

  get book(): TransportBook {
    return this
  }

  server(id: NodeId): SimServer {
    const server = this.servers.find((each) => each.id === id)
    if (server === undefined) throw new RangeError(`there is no server ${id}`)
    return server
  }

  /** Who leads the newest epoch that anybody leads. */
  leader(): SimServer | null {
    let leader: SimServer | null = null
    let epoch = -1
    for (const server of this.servers) {
      const view = server.core?.view
      if (view?.role !== 'leading' || view.leaderEpoch <= epoch) continue
      leader = server
      epoch = view.leaderEpoch
    }
    return leader
  }

  /** Everybody whose disk is not lost runs, follows one established leader, and has applied all that it has, or all up to `index`. */
  converged(index?: LogIndex): boolean {
    const leader = this.leader()
    const view = leader?.core?.view
    if (view === undefined || view.strength !== 'established' || view.commitIndex < (index ?? view.lastZxid.index)) return false
    return this.servers.every((server) => {
      if (server.drive.isSpoilt) return true
      const own = server.core?.view
      if (own === undefined || server.isPaused) return false
      const follows = server === leader || (own.role === 'following' && own.leaderEpoch === view.leaderEpoch)
      return follows && (server.state?.appliedZxid.index ?? 0) >= (index ?? view.commitIndex)
    })
  }

  /** After every event: what stepped is looked at. */
  check(): void {
    if (this.#dirty.size === 0) return
    const checks = this.#checksOf('onStep')
    for (const server of this.#dirty) {
      if (server.core === null) continue
      for (const check of checks) check.onStep?.(server)
      this.#show(server)
    }
    this.#dirty.clear()
  }

  running(id: NodeId): SimTransport | null {
    return this.server(id).transport
  }

  answers(who: NodeId | string): boolean {
    const id = typeof who === 'number' ? who : Number(who.slice(who.indexOf(':') + 1))
    return this.server(id).isPowered
  }

  listener(endpoint: string): ClientListener | null {
    const server = this.server(Number(endpoint.slice(endpoint.indexOf(':') + 1)))
    const { service, process } = server
    if (service === null || process === null || server.replica?.inspect() === null) return null
    return { process, accept: (link) => service.accept(link) }
  }

  onSend(from: NodeId, to: NodeId, frame: Uint8Array): void {
    const { trace, now } = this.world
    const server = this.server(from)
    trace.number(now)
    trace.bytes(frame)
    const decoded = decodePeerFrame(frame)
    if (!decoded.ok) throw new Error(`server ${from} sends a frame that does not decode: ${decoded.reason}`)
    this.#frames.set(frame, decoded.value)
    const checks = this.#checksOf('onSend')
    const ofEnvelopes = this.#checksOf('onEnvelope')
    for (const message of decoded.value.messages) {
      const { body } = message
      trace.line(now, server.name, () => `→ ${to}  ${describeMessage(body)}`)
      for (const check of checks) check.onSend?.(server, body, to)
      for (const check of ofEnvelopes) check.onEnvelope?.(server, message, decoded.value)
      if (body.type === 'fetched') this.world.coverage.add('fetch-ups')
      if (body.type === 'snapshotBegin') this.world.coverage.add(body.forFetch ? 'snapshots fetched' : 'snapshots sent')
      if (body.type === 'resign') this.world.coverage.add('resignations')
      if (body.type === 'forward') this.world.coverage.add('forwards')
      if (body.type === 'newEpoch' && body.reEpoch) this.world.coverage.add('re-epochs')
    }
  }

  onReceive(at: NodeId, bytes: Uint8Array): void {
    const frame = this.#frames.get(bytes)
    if (frame === undefined) throw new Error(`server ${at} receives a frame that nobody has sent`)
    const server = this.server(at)
    const checks = this.#checksOf('onReceive')
    for (const message of frame.messages) for (const check of checks) check.onReceive?.(server, message, frame)
  }

  machineListener(server: SimServer): MachineListener {
    return {
      onApply: (entry, result) => {
        this.#onApply(server, entry)
        for (const check of this.#checksOf('onResult')) check.onResult?.(server, entry, result)
      },
      onSnapshot: (zxid) => {
        this.#onSnapshot(server, zxid)
      },
      onRestore: (zxid) => {
        this.world.coverage.add('snapshots restored')
        this.world.note(server.name, `restores a snapshot of ${zxid.epoch}.${zxid.index}`)
        for (const check of this.#host.checks) check.onRestore?.(server, zxid)
      },
    }
  }

  onStep(server: SimServer): void {
    this.#dirty.add(server)
  }

  onEnded(server: SimServer, process: SimProcess, tells: boolean): void {
    this.clientNetwork.serverEnded(process, tells)
    this.#host.onEnded(server)
  }

  onHalt(server: SimServer, error: SynodError): void {
    this.#host.onHalt(server, error)
  }

  onCrashPoint(server: SimServer): void {
    this.#host.onCrashPoint(server)
  }

  #onApply(server: SimServer, entry: Entry): void {
    const first = entry.index > this.#appliedMost
    if (first) this.#appliedMost = entry.index
    this.world.coverage.most('entries', entry.index)
    for (const check of this.#checksOf('onApply')) check.onApply?.(server, entry, first)
  }

  #onSnapshot(server: SimServer, zxid: Zxid): void {
    this.world.coverage.add('snapshots taken')
    for (const check of this.#host.checks) check.onSnapshot?.(server, zxid)
  }

  #checksOf(what: keyof Checks): readonly Checks[] {
    let listening = this.#listening.get(what)
    if (listening === undefined) {
      listening = this.#host.checks.filter((check) => check[what] !== undefined)
      this.#listening.set(what, listening)
    }
    return listening
  }

  /** A change of role is a line of the trace. */
  #show(server: SimServer): void {
    const view = server.core?.view
    const shown = this.#shown.get(server)
    if (view === undefined || view === shown?.view) return
    const text = describeView(view)
    this.#shown.set(server, { view, text })
    if (text === shown?.text) return
    this.world.note(server.name, text)
  }
}
