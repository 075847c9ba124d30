import { SynodError } from '@synod/interface'
import type { Clock, ReadOutcome, ReplicaEvents, ReplicaHandle, ReplicaStatus, SubmitOutcome, TouchOutcome } from '@synod/interface'
import type { Entry } from '@synod/interface/protocol'
import { createTree } from '@synod/tree'
import type { Tree } from '@synod/tree'

/** One log for all servers of a test, with a leader that the test appoints. */
export class FakeLog {
  readonly clock: Clock
  readonly entries: Entry[] = []
  readonly replicas = new Map<number, FakeReplica>()
  epoch = 1
  leader: number | null = null
  /** Without a leader: refuse at once, or wait for one. */
  patience: 'refuse' | 'wait' = 'refuse'
  /** Reads confirmed and touches counted, to see what was shared. */
  readonly reads: string[] = []

  constructor(clock: Clock) {
    this.clock = clock
  }

  add(id: number): FakeReplica {
    const replica = new FakeReplica(this, id)
    this.replicas.set(id, replica)
    return replica
  }

  appoint(leader: number | null): void {
    this.leader = leader
    if (leader !== null) this.epoch += 1
    for (const replica of this.replicas.values()) replica.onLeader()
  }

  append(payload: Uint8Array): Entry {
    const entry: Entry = { epoch: this.epoch, index: this.entries.length + 1, type: 'command', timeMs: this.clock.wallMs(), payload }
    this.entries.push(entry)
    for (const replica of this.replicas.values()) replica.catchUp()
    return entry
  }
}

/** A replica that drives the real tree from a shared log, under the control of a test. */
export class FakeReplica implements ReplicaHandle {
  readonly id: number
  readonly state: Tree = createTree()
  /** Applies nothing while it is set. */
  lagging = false
  /** Hears nobody: it knows no leader and applies nothing. */
  isolated = false
  /** Knows of the leader, and cannot reach it: applies nothing, and nothing is executed through it. */
  relayed = false
  /** What happens to the next submissions, in order; then all are executed. */
  readonly submissions: ('execute' | 'drop' | 'lose' | 'unknown' | 'halted')[] = []
  touchOutcome: TouchOutcome | null = null
  submitted = 0
  #log: FakeLog
  #waiting: (() => boolean)[] = []
  readonly #results = new Map<number, Uint8Array>()
  readonly #listeners = new Map<string, Set<(payload: never) => void>>()

  constructor(log: FakeLog, id: number) {
    this.#log = log
    this.id = id
  }

  get leader(): number | null {
    return this.isolated ? null : this.#log.leader
  }

  status(): ReplicaStatus {
    const leading = this.leader === this.id
    return {
      id: this.id,
      clusterName: 'test',
      clusterId: '0'.repeat(32),
      incarnation: 1,
      role: leading ? 'leading' : this.leader === null ? 'looking' : this.relayed ? 'relayed' : 'following',
      strength: leading ? 'established' : 'none',
      epoch: this.#log.epoch,
      leader: this.leader,
      lastZxid: this.state.appliedZxid,
      commitIndex: this.state.appliedZxid.index,
      appliedZxid: this.state.appliedZxid,
      store: 'formatted',
      sinceLeaderMicros: 0,
      stopped: false,
      halted: null,
      servers: [...this.#log.replicas.keys()].map((id) => ({ id, endpoint: `s${id}`, pid: id, version: '0', connected: true })),
    }
  }

  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void {
    this.submitted += 1
    const fate = this.submissions.shift() ?? 'execute'
    this.#soon(() => {
      if (fate === 'lose') return
      if (fate === 'drop') done({ ok: false, error: new SynodError('SYNOD_PROPOSAL_DROPPED', 'the leader changed') })
      else if (fate === 'halted') done({ ok: false, error: new SynodError('SYNOD_STORAGE_FAILED', 'the disk is full') })
      else
        this.#withLeader(
          () => this.#execute(command, fate, done),
          (error) => done({ ok: false, error }),
        )
    })
  }

  read({ consistency, minIndex }: { consistency: string; minIndex: number }, done: (outcome: ReadOutcome) => void): void {
    this.#log.reads.push(`${this.id} ${consistency}`)
    this.#soon(() => {
      if (consistency === 'stale') done({ ok: true, zxid: this.state.appliedZxid })
      else if (consistency === 'session') this.#whenApplied(minIndex, () => done({ ok: true, zxid: this.state.appliedZxid }))
      else {
        const index = (): number => this.#log.entries.length
        this.#withLeader(
          () => this.#whenApplied(index(), () => done({ ok: true, zxid: this.state.appliedZxid })),
          (error) => done({ ok: false, error }),
        )
      }
    })
  }

  touch(sessionId: number, done: (outcome: TouchOutcome) => void): void {
    this.#soon(() => {
      if (this.touchOutcome !== null) done(this.touchOutcome)
      else if (this.leader === null) done('unavailable')
      else done([...this.state.sessions()].some(({ id }) => id === sessionId) ? 'ok' : 'expired')
    })
  }

  on<K extends keyof ReplicaEvents>(event: K, listener: (payload: ReplicaEvents[K]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  onLeader(): void {
    for (const listener of this.#listeners.get('leader:change') ?? []) listener({ leader: this.leader, epoch: this.#log.epoch } as never)
    this.#retry()
  }

  setIsolated(isolated: boolean): void {
    this.isolated = isolated
    this.catchUp()
    this.onLeader()
  }

  setRelayed(relayed: boolean): void {
    this.relayed = relayed
    for (const listener of this.#listeners.get('role:change') ?? []) listener({} as never)
    this.catchUp()
  }

  catchUp(): void {
    if (this.lagging || this.isolated || this.relayed) return
    for (
      let next = this.#log.entries[this.state.appliedZxid.index];
      next !== undefined;
      next = this.#log.entries[this.state.appliedZxid.index]
    ) {
      this.#results.set(next.index, this.state.apply(next))
    }
    this.#retry()
  }

  #execute(command: Uint8Array, fate: string, done: (outcome: SubmitOutcome) => void): void {
    const { epoch, index } = this.#log.append(command)
    this.#whenApplied(index, () => {
      const result = this.#results.get(index) ?? new Uint8Array(0)
      if (fate === 'unknown') done({ ok: false, error: new SynodError('SYNOD_OUTCOME_UNKNOWN', 'the leader is gone') })
      else done({ ok: true, zxid: { epoch, index }, result })
    })
  }

  #withLeader(run: () => void, refuse: (error: SynodError) => void): void {
    const reaches = (): boolean => this.leader !== null && !this.relayed
    if (reaches()) run()
    else if (this.#log.patience === 'refuse') refuse(new SynodError('SYNOD_NO_QUORUM', 'no leader'))
    else this.#waiting.push(() => reaches() && (run(), true))
  }

  #whenApplied(index: number, run: () => void): void {
    if (this.state.appliedZxid.index >= index) run()
    else this.#waiting.push(() => this.state.appliedZxid.index >= index && (run(), true))
  }

  #retry(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const attempt of waiting) if (!attempt()) this.#waiting.push(attempt)
  }

  #soon(run: () => void): void {
    this.#log.clock.defer(run)
  }
}
