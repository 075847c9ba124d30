import { SynodError } from '@synod/interface'
import type { Clock, ReadOutcome, ReplicaHandle, ReplicaStatus, SubmitOutcome, TouchOutcome } from '@synod/interface'
import { createTree } from '@synod/tree'
import type { Tree } from '@synod/tree'

/** A replica that commits alone and at once: what the server half of clients needs to stand on. */
export class LoneReplica implements ReplicaHandle {
  readonly state: Tree = createTree()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void {
    const zxid = { epoch: 1, index: this.state.appliedZxid.index + 1 }
    const result = this.state.apply({ ...zxid, type: 'command', timeMs: this.#clock.wallMs(), payload: command.slice() }).slice()
    this.#clock.defer(() => done({ ok: true, zxid, result }))
  }

  read({ minIndex }: { readonly minIndex: number }, done: (outcome: ReadOutcome) => void): void {
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
      clusterName: 'fuzz',
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
}
