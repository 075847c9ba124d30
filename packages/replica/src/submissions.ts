import { SynodError, type Clock, type SubmitOutcome, type SynodErrorCode } from '@synod/interface'
import type { Epoch, Forward, Forwarded, LogIndex, Micros, NodeId, ReplicaBody, Zxid } from '@synod/interface/protocol'
import { unknownOutcome, type EntryWaiters } from './entry-waiters.ts'

/** What the submissions need of the replica. */
export interface SubmissionsHost {
  readonly clock: Clock
  readonly waiters: EntryWaiters
  readonly timeoutMicros: Micros
  /** A leader says at once where forwarded commands went: no answer within this means that one of the two messages was lost. */
  readonly answerMicros: Micros
  readonly queueMax: number
  readonly commandBytesMax: number
  readonly forwardBytesMax: number
  leading(): boolean
  /** The leader that this server follows and is connected to; `null` otherwise. */
  followed(): NodeId | null
  appliedIndex(): LogIndex
  /** `toIncarnation`: the life of the peer that is answered, and no other; 0 for what is no answer. */
  send(to: NodeId, body: ReplicaBody, toIncarnation: number): void
  /** Steps the core; `proposed` or `refused` is called before it returns. */
  propose(proposalId: number, content: { readonly commands: readonly Uint8Array[]; readonly awaitedBy: readonly NodeId[] }): void
  /** Asks for a `flush` at the end of this turn. */
  schedule(): void
}

interface Submission {
  /** In the order of submission. */
  readonly number: number
  readonly command: Uint8Array
  readonly deadline: Micros
  /** Of this server's own housekeeping as a leader: never forwarded, never waits for another leader. */
  readonly own: boolean
  readonly done: (outcome: SubmitOutcome) => void
}

interface FromPeer {
  readonly peer: NodeId
  readonly incarnation: number
  readonly message: Forward
}

interface Sent {
  readonly leader: NodeId
  readonly answerBy: Micros
  readonly submissions: readonly Submission[]
}

interface Proposal {
  readonly local: readonly Submission[]
  readonly fromPeers: readonly FromPeer[]
}

/** One Append holds about this much; a proposal of more would only be refused as a whole. */
const PROPOSAL_BYTES = 1024 * 1024

/** After a leader said that it does not lead, it is asked again only then, unless a change of leaders is heard of. */
const REFUSED_MICROS = 50_000

/**
 * Commands on their way into the log: proposed in one go per turn while leading, forwarded in order while following,
 * waiting (bounded in number and time) while there is no leader. Only commands are ever forwarded, never a decision (S53).
 *
 * To ensure correctness: a command is sent on once. Whatever leaves it open whether it entered the log – the connection to the
 * leader closed, another leader, time over – is answered `SYNOD_OUTCOME_UNKNOWN` and not tried again here.
 */
export class Submissions {
  readonly #host: SubmissionsHost
  /** By number: what a leader turned back takes its place again. */
  #queue: Submission[] = []
  #lastNumber = 0
  #fromPeers: FromPeer[] = []
  readonly #forwarded: Map<number, Sent> = new Map()
  #forwardedCount = 0
  readonly #proposals: Map<number, Proposal> = new Map()
  #lastProposalId = 0
  #nextForwardId = 1
  #refused: { readonly leader: NodeId; readonly until: Micros } | null = null
  #closed: SynodError | null = null

  constructor(host: SubmissionsHost) {
    this.#host = host
  }

  /** Commands of clients of this server that have no outcome yet. */
  get pending(): number {
    return this.#queue.length + this.#forwardedCount + this.#host.waiters.size
  }

  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void {
    if (this.#closed !== null) {
      this.#refuse(done, this.#closed.code, this.#closed.message)
    } else if (command.length > this.#host.commandBytesMax) {
      this.#refuse(done, 'SYNOD_TOO_LARGE', `a command of ${command.length} bytes exceeds commandBytesMax (${this.#host.commandBytesMax})`)
    } else if (this.pending >= this.#host.queueMax) {
      this.#refuse(done, 'SYNOD_BUSY', `${this.pending} commands are waiting, submitQueueMax is ${this.#host.queueMax}`)
    } else {
      this.#enqueue({ command, deadline: this.#host.clock.now() + this.#host.timeoutMicros, own: false, done })
    }
  }

  /** A command of the leader's own housekeeping. Waits without limit while leading. */
  submitOwn(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void {
    this.#enqueue({ command, deadline: Infinity, own: true, done })
  }

  /** At the leader: a follower's clients' commands. */
  onForward(peer: NodeId, incarnation: number, message: Forward): void {
    this.#fromPeers.push({ peer, incarnation, message })
    this.#host.schedule()
  }

  /** At the follower: where its commands entered the log, or why not. */
  onForwarded(peer: NodeId, message: Forwarded): void {
    const sent = this.#forwarded.get(message.firstId)
    if (sent === undefined || sent.leader !== peer) return
    this.#forwarded.delete(message.firstId)
    this.#forwardedCount -= sent.submissions.length
    if (message.refused === '') {
      sent.submissions.forEach((submission, offset) => {
        if (offset >= message.count) submission.done(unknownOutcome('the leader answered for fewer commands than it was given'))
        else this.#await(submission, { epoch: message.zxid.epoch, index: message.zxid.index + offset })
      })
    } else if (message.refused === 'SYNOD_NOT_LEADER') {
      this.#refused = { leader: peer, until: this.#host.clock.now() + REFUSED_MICROS }
      this.#putBack(sent.submissions)
    } else {
      for (const submission of sent.submissions) submission.done(failure('SYNOD_BUSY', `the leader ${peer} refused: ${message.refused}`))
    }
  }

  /** The core appended the commands of a proposal from `firstIndex` on. */
  proposed(proposalId: number, epoch: Epoch, firstIndex: LogIndex): void {
    const proposal = this.#proposals.get(proposalId)
    if (proposal === undefined) return
    this.#proposals.delete(proposalId)
    let index = firstIndex
    for (const submission of proposal.local) {
      this.#await(submission, { epoch, index })
      index += 1
    }
    for (const { peer, incarnation, message } of proposal.fromPeers) {
      const count = message.commands.length
      this.#host.send(peer, { type: 'forwarded', firstId: message.firstId, count, zxid: { epoch, index }, refused: '' }, incarnation)
      index += count
    }
  }

  /** The core appended nothing of a proposal. */
  refused(proposalId: number, code: 'SYNOD_NOT_LEADER' | 'SYNOD_BUSY'): void {
    const proposal = this.#proposals.get(proposalId)
    if (proposal === undefined) return
    this.#proposals.delete(proposalId)
    for (const from of proposal.fromPeers) this.#turnAway(from, code)
    if (code === 'SYNOD_BUSY') {
      for (const submission of proposal.local) submission.done(failure(code, 'too many bytes wait to be committed (maxUncommittedBytes)'))
    } else {
      this.#putBack(proposal.local)
    }
  }

  /** From here on nothing more is sent: it is answered with `error`, which says that it was surely not applied. */
  close(error: SynodError): void {
    this.flush()
    this.#closed = error
    this.#turnBack(error)
  }

  /** Sends on what has been collected. Called once at the end of a turn, and when a leader appears. */
  flush(): void {
    if (this.#closed !== null) this.#turnBack(this.#closed)
    if (this.#host.leading()) this.#proposeAll()
    for (const from of this.#fromPeers.splice(0)) this.#turnAway(from, 'SYNOD_NOT_LEADER')
    if (this.#host.leading() || this.#queue.length === 0) return
    const own = this.#queue.filter((submission) => submission.own)
    if (own.length > 0) this.#queue = this.#queue.filter((submission) => !submission.own)
    for (const submission of own) submission.done(failure('SYNOD_PROPOSAL_DROPPED', 'this server leads no more'))
    this.#forwardAll()
  }

  /** The leader is another one (or nobody): what was sent to a former one is unknown. */
  onLeaderChange(leader: NodeId | null): void {
    this.#refused = null
    this.#giveUp((to) => leader !== null && to !== leader, 'there is another leader')
    if (leader !== null) this.#host.schedule()
  }

  /** The connection is gone: whether what was sent over it arrived is unknown. */
  onClosed(peer: NodeId): void {
    this.#giveUp((to) => to === peer, 'the connection to the leader closed')
  }

  /** Answers what has waited too long. */
  expire(now: Micros): void {
    const late = this.#queue.filter((submission) => submission.deadline <= now)
    if (late.length > 0) this.#queue = this.#queue.filter((submission) => submission.deadline > now)
    for (const submission of late)
      submission.done(failure('SYNOD_NO_QUORUM', 'no leader was heard in time: the command was surely not applied'))
    for (const [id, sent] of Array.from(this.#forwarded)) {
      if (sent.answerBy <= now) this.#unknown(id, 'the leader did not answer in time')
    }
    if (this.#queue.length > 0) this.#host.schedule()
  }

  /** Nothing is sent any more: what was not sent yet fails with `error`, the rest is unknown. */
  stop(error: SynodError): void {
    this.#turnBack(error)
    for (const id of Array.from(this.#forwarded.keys())) this.#unknown(id, error.message)
    for (const proposal of this.#proposals.values()) {
      for (const submission of proposal.local) submission.done(unknownOutcome(error.message))
    }
    this.#proposals.clear()
    this.#fromPeers = []
  }

  #enqueue(submission: Omit<Submission, 'number'>): void {
    this.#lastNumber += 1
    this.#queue.push({ number: this.#lastNumber, ...submission })
    this.#host.schedule()
  }

  /** Several answers may turn back what was sent in several pieces, in any order. */
  #putBack(submissions: readonly Submission[]): void {
    this.#queue = this.#queue.concat(submissions).sort((a, b) => a.number - b.number)
  }

  #turnBack(error: SynodError): void {
    for (const submission of this.#queue.splice(0)) submission.done({ ok: false, error })
  }

  #proposeAll(): void {
    const queue = this.#queue
    const fromPeers = this.#fromPeers.splice(0)
    this.#queue = []
    let local: Submission[] = []
    let bytes = 0
    for (const submission of queue) {
      if (bytes + submission.command.length > PROPOSAL_BYTES && local.length > 0) {
        this.#propose({ local, fromPeers: [] })
        local = []
        bytes = 0
      }
      local.push(submission)
      bytes += submission.command.length
    }
    let forwarded: FromPeer[] = []
    for (const from of fromPeers) {
      const size = from.message.commands.reduce((sum, command) => sum + command.length, 0)
      if (bytes + size > PROPOSAL_BYTES && local.length + forwarded.length > 0) {
        this.#propose({ local, fromPeers: forwarded })
        local = []
        forwarded = []
        bytes = 0
      }
      forwarded.push(from)
      bytes += size
    }
    this.#propose({ local, fromPeers: forwarded })
  }

  #propose(proposal: Proposal): void {
    const commands = proposal.local.map((submission) => submission.command)
    for (const from of proposal.fromPeers) for (const command of from.message.commands) commands.push(command)
    if (commands.length === 0) return
    this.#lastProposalId += 1
    this.#proposals.set(this.#lastProposalId, proposal)
    this.#host.propose(this.#lastProposalId, { commands, awaitedBy: proposal.fromPeers.map(({ peer }) => peer) })
  }

  #forwardAll(): void {
    const leader = this.#host.followed()
    if (leader === null || this.#queue.length === 0 || (this.#refused?.leader === leader && this.#refused.until > this.#host.clock.now()))
      return
    const queue = this.#queue
    this.#queue = []
    let from = 0
    let bytes = 0
    queue.forEach((submission, at) => {
      if (at > from && bytes + submission.command.length > this.#host.forwardBytesMax) {
        this.#forward(leader, queue.slice(from, at))
        from = at
        bytes = 0
      }
      bytes += submission.command.length
    })
    this.#forward(leader, queue.slice(from))
  }

  #forward(leader: NodeId, submissions: readonly Submission[]): void {
    const firstId = this.#nextForwardId
    this.#nextForwardId += submissions.length
    this.#forwarded.set(firstId, { leader, answerBy: this.#host.clock.now() + this.#host.answerMicros, submissions })
    this.#forwardedCount += submissions.length
    this.#host.send(leader, { type: 'forward', firstId, commands: submissions.map((submission) => submission.command) }, 0)
  }

  #await(submission: Submission, zxid: Zxid): void {
    if (zxid.index <= this.#host.appliedIndex()) submission.done(unknownOutcome('the entry was applied before its position was known'))
    else this.#host.waiters.add(zxid, submission.deadline, submission.done)
  }

  #giveUp(which: (leader: NodeId) => boolean, reason: string): void {
    for (const [id, sent] of Array.from(this.#forwarded)) if (which(sent.leader)) this.#unknown(id, reason)
  }

  #unknown(firstId: number, reason: string): void {
    const sent = this.#forwarded.get(firstId)
    if (sent === undefined) return
    this.#forwarded.delete(firstId)
    this.#forwardedCount -= sent.submissions.length
    for (const submission of sent.submissions) submission.done(unknownOutcome(reason))
  }

  #turnAway({ peer, incarnation, message }: FromPeer, refused: SynodErrorCode): void {
    const zxid = { epoch: 0, index: 0 }
    this.#host.send(peer, { type: 'forwarded', firstId: message.firstId, count: message.commands.length, zxid, refused }, incarnation)
  }

  #refuse(done: (outcome: SubmitOutcome) => void, code: SynodErrorCode, message: string): void {
    this.#host.clock.defer(() => {
      done(failure(code, message))
    })
  }
}

function failure(code: SynodErrorCode, message: string): SubmitOutcome {
  return { ok: false, error: new SynodError(code, message, { retryable: code !== 'SYNOD_TOO_LARGE' }) }
}
