import type { Entry, SessionInfo, StateMachine, Zxid } from '@synod/interface/protocol'

/** What is told of a state machine. */
export interface MachineListener {
  onApply(entry: Entry, result: Uint8Array): void
  onSnapshot(zxid: Zxid): void
  onRestore(zxid: Zxid): void
}

/** Hands everything on to the state machine inside, unchanged, and tells what was done. */
export class ObservedMachine implements StateMachine {
  readonly #inner: StateMachine
  readonly #listener: MachineListener
  /** Memory runs out at that entry from now: 1 is the next. */
  failAtEntry: number | null = null
  /** It has run out. */
  hasFailed = false

  constructor(inner: StateMachine, listener: MachineListener) {
    this.#inner = inner
    this.#listener = listener
  }

  get appliedZxid(): Zxid {
    return this.#inner.appliedZxid
  }

  get sizeEstimate(): number {
    return this.#inner.sizeEstimate
  }

  apply(entry: Entry): Uint8Array {
    if (this.failAtEntry !== null) {
      this.failAtEntry -= 1
      this.hasFailed ||= this.failAtEntry <= 0
    }
    if (this.hasFailed) throw new RangeError('Array buffer allocation failed')
    const result = this.#inner.apply(entry)
    this.#listener.onApply(entry, result)
    return result
  }

  query(request: Uint8Array): Uint8Array {
    return this.#inner.query(request)
  }

  snapshot(): Iterable<Uint8Array> {
    this.#listener.onSnapshot(this.#inner.appliedZxid)
    return this.#inner.snapshot()
  }

  restore(bytes: Uint8Array, zxid: Zxid): void {
    this.#inner.restore(bytes, zxid)
    this.#listener.onRestore(zxid)
  }

  hash(): string {
    return this.#inner.hash()
  }

  sessions(): Iterable<SessionInfo> {
    return this.#inner.sessions()
  }

  expireSession(id: number, touchCount: number): Uint8Array {
    return this.#inner.expireSession(id, touchCount)
  }

  due(timeMs: number): readonly Uint8Array[] {
    return this.#inner.due(timeMs)
  }
}
