import type { Clock, SynodError } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'

const repeatMicros = 60_000_000

/** Passes on what a person should read, each (peer, code) at most once a minute: a peer with a wrong secret tries twice a second. */
export class RejectionReports {
  readonly #clock: Clock
  readonly #report: (peer: NodeId | null, error: SynodError) => void
  readonly #last = new Map<string, number>()

  constructor(clock: Clock, report: (peer: NodeId | null, error: SynodError) => void) {
    this.#clock = clock
    this.#report = report
  }

  /** `peer` is a known one or null: the table is bounded. */
  report(peer: NodeId | null, error: SynodError): void {
    const key = `${peer ?? ''} ${error.code}`
    const now = this.#clock.now()
    const last = this.#last.get(key)
    if (last !== undefined && now - last < repeatMicros) return
    this.#last.set(key, now)
    this.#report(peer, error)
  }

  /** The peer is connected: if it is rejected again, that is news. */
  forget(peer: NodeId): void {
    for (const key of this.#last.keys()) if (key.startsWith(`${peer} `)) this.#last.delete(key)
  }
}
