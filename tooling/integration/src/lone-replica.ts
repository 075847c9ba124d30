import { SynodError } from '@synod/interface'
import type { Clock, ReadOutcome, ReplicaHandle, ReplicaStatus, SubmitOutcome, TouchOutcome } from '@synod/interface'
import type { Entry } from '@synod/interface/protocol'
import { createTree } from '@synod/tree'
import type { Tree } from '@synod/tree'

/** What clients have asked for. */
export interface Requests {
  submits: number
  reads: number
}

/** A replica that has nobody to agree with: what is submitted is committed in the next turn, over the real tree. */
export class LoneReplica implements ReplicaHandle {
  readonly state: Tree = createTree()
  readonly requests: Requests = { submits: 0, reads: 0 }
  readonly #clock: Clock
  #held: (() => void)[] | null = null

  constructor(clock: Clock) {
    this.#clock = clock
    this.#append({ type: 'epoch', payload: new Uint8Array(0) })
  }

  /** Keeps back all commands, as a leader without a quorum does, until `resume`. */
  pause(): void {
    this.#held ??= []
  }

  resume(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const run of held) run()
  }

  /** What the leader's housekeeping does when a session's time is over. */
  expire(sessionId: number): void {
    for (const { id, touchCount } of this.state.sessions()) {
      if (id !== sessionId) continue
      this.#append({ type: 'command', payload: this.state.expireSession(id, touchCount) })
      return
    }
  }

  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void {
    this.requests.submits += 1
    const payload = command.slice()
    const run = (): void => {
      const result = this.#append({ type: 'command', payload })
      this.#clock.defer(() => done({ ok: true, zxid: result.zxid, result: result.bytes }))
    }
    if (this.#held !== null) this.#held.push(run)
    else run()
  }

  read({ minIndex }: { readonly minIndex: number }, done: (outcome: ReadOutcome) => void): void {
    this.requests.reads += 1
    const error = new SynodError('SYNOD_NO_QUORUM', 'this position will never be reached', { retryable: true })
    this.#clock.defer(() =>
      done(minIndex > this.state.appliedZxid.index ? { ok: false, error } : { ok: true, zxid: this.state.appliedZxid }),
    )
  }

  touch(_sessionId: number, done: (outcome: TouchOutcome) => void): void {
    this.#clock.defer(() => done('ok'))
  }

  on(): () => void {
    return () => undefined
  }

  status(): ReplicaStatus {
    const { appliedZxid } = this.state
    return {
      id: 1,
      clusterName: 'integration',
      clusterId: '0'.repeat(32),
      incarnation: 1,
      role: 'leading',
      strength: 'established',
      epoch: 1,
      leader: 1,
      lastZxid: appliedZxid,
      commitIndex: appliedZxid.index,
      appliedZxid,
      store: 'formatted',
      servers: [],
      sinceLeaderMicros: 0,
      stopped: false,
      halted: null,
    }
  }

  #append(what: Pick<Entry, 'type' | 'payload'>): { readonly zxid: Entry; readonly bytes: Uint8Array } {
    const entry: Entry = { epoch: 1, index: this.state.appliedZxid.index + 1, timeMs: this.#clock.wallMs(), ...what }
    return { zxid: entry, bytes: this.state.apply(entry).slice() }
  }
}
