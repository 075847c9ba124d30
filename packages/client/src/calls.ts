import type { Consistency, SynodError } from '@synod/interface'

/** How the result of a transaction is handed to the caller. */
export type WriteShape = 'create' | 'set' | 'delete' | 'multi' | 'close'

/** The two ends of a call's promise. */
export interface Settlement {
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/** The outside of one call of the application: its promise, its time limit, its signal. */
abstract class PendingCall {
  /** Of the list ordered by age. */
  previous: Call | null = null
  next: Call | null = null
  /** When it was made. */
  readonly since: number
  settled = false
  /** Called once when it is settled. */
  onSettled: (() => void) | null = null
  readonly #settlement: Settlement
  #signal: AbortSignal | null = null
  #onAbort: (() => void) | null = null

  constructor(since: number, settlement: Settlement) {
    this.since = since
    this.#settlement = settlement
  }

  resolve(value: unknown): void {
    if (this.settled) return
    this.#settle()
    this.#settlement.resolve(value as never)
  }

  reject(error: unknown): void {
    if (this.settled) return
    this.#settle()
    this.#settlement.reject(error)
  }

  listen(signal: AbortSignal, onAbort: () => void): void {
    this.#signal = signal
    this.#onAbort = onAbort
    signal.addEventListener('abort', onAbort, { once: true })
  }

  #settle(): void {
    this.settled = true
    if (this.#signal !== null && this.#onAbort !== null) this.#signal.removeEventListener('abort', this.#onAbort)
    this.#signal = null
    this.#onAbort = null
    this.onSettled?.()
  }
}

/** A write from the call until its result is known; it may outlive its caller (see `Outbox`). */
export class WriteCall extends PendingCall {
  readonly kind = 'write'
  readonly shape: WriteShape
  operation: Uint8Array
  /** 0 until it is sent for the first time. */
  sequence = 0
  /** Of the copy whose answer decides about resending; 0 when none is under way. */
  requestId = 0
  /** A copy is under way on the present connection. */
  inflight = false
  /** A copy may have been executed without an answer reaching us. */
  uncertain = false
  done = false

  constructor(since: number, write: { readonly shape: WriteShape; readonly operation: Uint8Array }, settlement: Settlement) {
    super(since, settlement)
    this.shape = write.shape
    this.operation = write.operation
  }
}

/** A read from the call until its answer. */
export class ReadCall extends PendingCall {
  readonly kind = 'read'
  readonly consistency: Consistency
  readonly query: Uint8Array
  /** 0 while it is not under way. */
  requestId = 0
  /** The last refusal of a server, told when time is over. */
  refusal: SynodError | null = null

  constructor(since: number, read: { readonly consistency: Consistency; readonly query: Uint8Array }, settlement: Settlement) {
    super(since, settlement)
    this.consistency = read.consistency
    this.query = read.query
  }
}

export type Call = WriteCall | ReadCall

/** All open calls by age: since every call has the same time limit, the first is always the next to run out. */
export class CallList {
  #first: Call | null = null
  #last: Call | null = null

  get first(): Call | null {
    return this.#first
  }

  add(call: Call): void {
    call.previous = this.#last
    if (this.#last === null) this.#first = call
    else this.#last.next = call
    this.#last = call
  }

  remove(call: Call): void {
    if (call.previous === null && call.next === null && this.#first !== call) return
    if (call.previous === null) this.#first = call.next
    else call.previous.next = call.next
    if (call.next === null) this.#last = call.previous
    else call.next.previous = call.previous
    call.previous = null
    call.next = null
  }
}

/** A first-in-first-out queue whose `shift` does not move the rest. */
export class Queue<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  peek(): T | undefined {
    return this.#items[this.#head]
  }

  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#items[this.#head] = undefined
    this.#head += 1
    if (this.#head === this.#items.length) {
      this.#items = []
      this.#head = 0
    } else if (this.#head >= 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  unshiftAll(items: readonly T[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)]
    this.#head = 0
  }

  remove(item: T): boolean {
    const at = this.#items.indexOf(item, this.#head)
    if (at < 0) return false
    this.#items.splice(at, 1)
    return true
  }

  drain(): T[] {
    const rest = this.#items.slice(this.#head).filter((item) => item !== undefined)
    this.#items = []
    this.#head = 0
    return rest
  }
}
