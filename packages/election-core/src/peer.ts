import type { LogIndex, Micros, NodeId, Status } from '@synod/interface/protocol'

/** How the leader feeds one follower (protocol §2.8). */
export interface Progress {
  /** `probe`: one message at a time until a match is proved. `snapshot`: its log begins too late for ours. */
  mode: 'probe' | 'pipeline' | 'snapshot'
  next: LogIndex
  match: LogIndex
  /** Appends on their way: last index and bytes of each, oldest first. */
  inflight: { readonly lastIndex: LogIndex; readonly bytes: number }[]
  inflightBytes: number
  /** A probe is out and waits for its answer. */
  probing: boolean
  /** Own sequence at which `next` was last set by what the follower said of its log: what it said before it had heard a later one is old. */
  startedAfter: number
  /** Newest commit index the follower was told. */
  toldCommit: LogIndex
  /** When the first commit was made of which it was not told. */
  untoldSince: Micros
  /** It answers a client once it knows that everything up to here is committed. */
  awaitsCommit: LogIndex
  snapshot: SnapshotSending | null
}

export interface SnapshotSending {
  readonly id: string
  /** Last index that it covers. */
  readonly index: LogIndex
  readonly size: number
  /** Bytes that the follower has confirmed. */
  acked: number
  /** Bytes asked from the driver. */
  asked: number
  /** Offset to which the transfer went back last, so that several complaints about one gap go back once. */
  rewoundTo: number
  /** Sent for a candidate's fetch rather than to a follower. */
  readonly forFetch: boolean
  readonly candidateIncarnation: number
  progressAt: Micros
}

/** Send times of own messages, thinned out, to tell the age of an echo. */
const sendTimeGranularity: Micros = 5_000

/**
 * What this server knows of another. Everything here is volatile; a new incarnation of the peer resets it (amendment 43).
 */
export class Peer {
  readonly id: NodeId
  incarnation = 0
  link: 'unknown' | 'open' | 'closed' | 'refused' = 'unknown'
  closedAt: Micros = 0
  /** Suspicion beyond what the link says; cleared by newer evidence. */
  suspicion: 'none' | 'timeout' | 'resigned' = 'none'
  /** Epoch it resigned from, to ignore Appends of that epoch that arrive late (amendment 22). */
  resignedEpoch = 0
  roundTrip: Micros = 0

  outSequence = 0
  /** Highest sequence of the peer seen in its present life, and when. */
  seenSequence = 0
  seenAt: Micros = -1
  /** Highest own sequence that the peer has echoed. */
  echoSequence = 0
  /** Highest own sequence echoed by `Appended{own epoch, ok}`: the only confirmation of leadership (amendment 1). */
  confirmSequence = 0
  confirmAt: Micros = -1

  status: Status | null = null
  statusAt: Micros = -1
  statusSequence = 0
  /** This life has said that its store is formatted. */
  saidFormatted = false
  answersAt: Micros = 0
  answersLeft = 0
  helloAt: Micros = -1_000_000_000

  progress: Progress = newProgress(1)
  private readonly sentAt: { sequence: number; at: Micros }[] = []

  constructor(id: NodeId) {
    this.id = id
  }

  /** Forgets what belonged to an earlier life of the peer. */
  reset(incarnation: number): void {
    this.incarnation = incarnation
    this.seenSequence = 0
    this.seenAt = -1
    this.echoSequence = 0
    this.confirmSequence = 0
    this.status = null
    this.statusAt = -1
    this.statusSequence = 0
    this.saidFormatted = false
    this.suspicion = 'none'
    this.resignedEpoch = 0
    this.progress = { ...newProgress(this.progress.next), mode: 'probe' }
  }

  noteSent(now: Micros): number {
    this.outSequence += 1
    const newest = this.sentAt.at(-1)
    if (!newest || now - newest.at >= sendTimeGranularity) this.sentAt.push({ sequence: this.outSequence, at: now })
    if (this.sentAt.length > 1_024) this.sentAt.splice(0, 512)
    return this.outSequence
  }

  /** When the message with this sequence was sent, or a little earlier; -1 = too long ago to be known. */
  sentTime(sequence: number): Micros {
    return this.sentAt.findLast((each) => each.sequence <= sequence)?.at ?? -1
  }
}

/** A follower about which nothing is proved yet: probe at `next`. */
export function newProgress(next: LogIndex): Progress {
  return {
    mode: 'probe',
    next,
    match: 0,
    inflight: [],
    inflightBytes: 0,
    probing: false,
    startedAfter: 0,
    toldCommit: 0,
    untoldSince: 0,
    awaitsCommit: 0,
    snapshot: null,
  }
}
