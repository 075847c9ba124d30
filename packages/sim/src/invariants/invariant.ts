import type { ReplicaInspection } from '@synod/replica'
import type { Entry, Micros, NodeId, PeerBody, PeerFrame, PeerMessage, StateMachine, WalRecord, Zxid } from '@synod/interface/protocol'
import type { FaultAction } from '../nemesis/actions.ts'
import type { Traits } from '../traits.ts'
import type { DiskView } from '../disk/disk-view.ts'

/** What a run must not be: it ends the run, with its name and what was seen. */
export class Violation extends Error {
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(message)
    this.name = 'Violation'
    this.invariant = invariant
  }
}

/** A server as invariants see it: from outside, at one moment. */
export interface ObservedServer {
  readonly id: NodeId
  /** Its process runs (perhaps paused). */
  readonly isUp: boolean
  /** It stands still: suspended by its system. */
  readonly isPaused: boolean
  /** It was asked to end in order, and knows that. */
  readonly isStopping: boolean
  /** Its process was last paused until then; the clock of a suspended machine did not count that time. */
  readonly resumedAt: Micros
  /** Counts the processes that this server has had. */
  readonly lives: number
  /** Boot counter of this life, as its core knows it; 0 while blank. */
  readonly incarnation: number
  /** `null` while down, before the store is recovered, and once the replica has halted. */
  readonly core: ReplicaInspection | null
  /** What is durable, whether it runs or not. */
  readonly disk: DiskView
  /** `null` while down. */
  readonly state: StateMachine | null
}

/** A client as invariants see it. */
export interface ObservedClient {
  readonly name: string
  readonly sessionId: number
  /** It believes, at this moment, that its session lives. */
  readonly held: boolean
}

/** What invariants may ask. */
export interface InvariantContext {
  now(): Micros
  readonly servers: readonly ObservedServer[]
  /** A leader that nobody answers has left its leadership by then, generously. */
  readonly downMicros: Micros
  /** How many faults have happened so far. */
  faults(): number
  /** From then on no fault has an effect any more, as far as is known now. */
  calmSince(): Micros
  /** The weather without faults. */
  readonly traits: Traits
  clients(): readonly ObservedClient[]
  server(id: NodeId): ObservedServer
  /** Ends the run as failed. Never returns. */
  fail(message: string): never
  /** Counts something that the summary of a run should show. */
  count(name: string): void
}

/** What an invariant is told; all optional. Each is called when the thing has just happened, or is about to where it says so. */
export interface Checks {
  /** A server has finished a step and everything that follows from it. */
  onStep?(server: ObservedServer): void
  /** A server hands a message to its transport. */
  onSend?(server: ObservedServer, body: PeerBody, to: NodeId): void
  /** The same, right after it, with what is around the body: sequence, echo, the lives that it is of and for. */
  onEnvelope?(server: ObservedServer, message: PeerMessage, frame: PeerFrame): void
  /** A server is about to take in this message of a frame that has arrived. */
  onReceive?(server: ObservedServer, message: PeerMessage, frame: PeerFrame): void
  /** A record has become durable; `server.disk` does not show it yet. */
  onRecord?(server: ObservedServer, record: WalRecord): void
  /** A server has applied an entry; `first`: no server has applied this index before. */
  onApply?(server: ObservedServer, entry: Entry, first: boolean): void
  /** What applying that entry gave, after `onApply`; the bytes may be reused afterwards. */
  onResult?(server: ObservedServer, entry: Entry, result: Uint8Array): void
  /** A server took a snapshot of its state. */
  onSnapshot?(server: ObservedServer, zxid: Zxid): void
  /** A server's state was replaced by a snapshot: installed, or at its start. */
  onRestore?(server: ObservedServer, zxid: Zxid): void
  /** A fault is about to happen. */
  onFault?(action: FaultAction): void
  /** A server's disk was replaced by an empty one, or by an older copy of it. */
  onDiskReplaced?(server: ObservedServer, by: 'empty' | 'older'): void
  /** The run is over, faults have stopped and everything has settled. */
  atEnd?(): void
}

/** Something that must hold in every run. Make your own, and pass them as `invariants`. */
export interface Invariant {
  /** As failures name it: `I1`. */
  readonly name: string
  /** One sentence. */
  readonly title: string
  /** Where the rule comes from. */
  readonly source: string
  /** Called once per run: state lives in what it returns. */
  create(context: InvariantContext): Checks
}
