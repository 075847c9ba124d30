import type { Clock, Consistency, ReadOutcome, ReplicaHandle, SynodError } from '@synod/interface'
import type { StateMachine } from '@synod/interface/protocol'

/** Who asked for a read. */
export interface Reader {
  /** Answers from this state, now; it need not be asked when nobody would read the answer. */
  answerRead(requestId: number, state: StateMachine, query: Uint8Array): void
  refuseRequest(requestId: number, error: SynodError): void
}

interface Item {
  readonly reader: Reader
  readonly requestId: number
  readonly query: Uint8Array
}

/** Reads of all clients, gathered over one turn of the event loop: one confirmation by the replica serves all of one consistency. */
export class ReadBatch {
  readonly #replica: ReplicaHandle
  readonly #clock: Clock
  #linearizable: Item[] = []
  #stale: Item[] = []
  #session: Item[] = []
  #sessionMin = 0
  #pending = false

  constructor(replica: ReplicaHandle, clock: Clock) {
    this.#replica = replica
    this.#clock = clock
  }

  add(item: Item, consistency: Consistency, minIndex: number): void {
    if (consistency === 'linearizable') this.#linearizable.push(item)
    else if (consistency === 'stale') this.#stale.push(item)
    else if (minIndex > this.#replica.state.appliedZxid.index) {
      // Waits for entries to come: alone, so that nobody else waits for them.
      this.#ask([item], 'session', minIndex)
      return
    } else {
      this.#session.push(item)
      this.#sessionMin = Math.max(this.#sessionMin, minIndex)
    }
    if (this.#pending) return
    this.#pending = true
    this.#clock.defer(this.#start)
  }

  readonly #start = (): void => {
    this.#pending = false
    const linearizable = this.#linearizable
    const stale = this.#stale
    const session = this.#session
    const sessionMin = this.#sessionMin
    this.#linearizable = []
    this.#stale = []
    this.#session = []
    this.#sessionMin = 0
    if (linearizable.length > 0) this.#ask(linearizable, 'linearizable', 0)
    if (session.length > 0) this.#ask(session, 'session', sessionMin)
    if (stale.length > 0) this.#ask(stale, 'stale', 0)
  }

  #ask(items: readonly Item[], consistency: Consistency, minIndex: number): void {
    this.#replica.read({ consistency, minIndex }, (outcome) => this.#answer(items, outcome))
  }

  #answer(items: readonly Item[], outcome: ReadOutcome): void {
    for (const { reader, requestId, query } of items) {
      if (!outcome.ok) reader.refuseRequest(requestId, outcome.error)
      else reader.answerRead(requestId, this.#replica.state, query)
    }
  }
}
