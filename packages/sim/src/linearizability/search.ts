import type { Model } from './model.ts'
import type { Timeline } from './timeline.ts'

/**
 * Operations in the order chosen so far, shared between attempts: the newest one and a link to those before it.
 */
export interface Chain {
  readonly number: number
  readonly before: Chain | null
}

/** Where an attempt stands: all answered operations below `next` are in the order, and of the others those in `early`. */
interface Configuration<State> {
  readonly next: number
  /** Numbers above `next`, ascending. */
  readonly early: readonly number[]
  readonly state: State
  readonly chain: Chain | null
}

interface Attempt<State> {
  readonly configuration: Configuration<State>
  /** What to place next, in the order of trying; only the operation that returns until that has failed. */
  choices: readonly number[]
  tried: number
  complete: boolean
}

/** What a search ended with; `furthest` is the operation that the longest attempt could not place. */
export interface SearchResult<State> {
  readonly outcome: 'found' | 'none' | 'undecided'
  readonly steps: number
  readonly furthest: { readonly number: number; readonly chain: Chain | null; readonly states: readonly State[] }
}

/** Bounds of one search. */
export interface SearchBounds {
  readonly stepsMax: number
  readonly configurationsMax: number
}

const statesKept = 10

/**
 * Looks for an order of one partition's operations which the model allows: Wing and Gong's search with Lowe's two improvements
 * ("Testing for linearizability", 2017), as Porcupine does it.
 *
 * 1. *Just in time*: operations are put in order only when the next return asks for it. The operation that returns is tried first,
 *    then with others before it that were under way at that moment.
 * 2. *Memory*: a configuration (operations in the order, state) that has failed is not tried again.
 * 3. A read that gives the right result now is placed now, without alternative: every order that places it later can place it here
 *    as well. An open operation that would change nothing is not placed: it may still be later.
 * 4. An open operation is under way for ever and need never be placed. Of open operations that are equal only the first is tried:
 *    it is under way whenever the others are.
 */
export class Search<State, Op, Result> {
  readonly #model: Model<State, Op, Result>
  readonly #timeline: Timeline<Op, Result>
  readonly #bounds: SearchBounds
  /** Which operations are reads, by number. */
  readonly #reads: readonly boolean[]
  readonly #seen = new Set<string>()
  #steps = 0
  #furthest = -1
  #furthestChain: Chain | null = null
  #furthestStates: State[] = []

  constructor(model: Model<State, Op, Result>, timeline: Timeline<Op, Result>, bounds: SearchBounds) {
    this.#model = model
    this.#timeline = timeline
    this.#bounds = bounds
    this.#reads = timeline.operations.map(({ op, result }) => result !== undefined && model.isRead(op, result))
  }

  run(): SearchResult<State> {
    const first = this.#settle({ next: 0, early: [], state: this.#model.initial, chain: null })
    const attempts = [this.#attempt(first)]
    for (;;) {
      const attempt = attempts.at(-1)
      if (attempt === undefined) return this.#result('none')
      if (attempt.configuration.next === this.#timeline.answered) return this.#result('found')
      if (this.#steps > this.#bounds.stepsMax || this.#seen.size > this.#bounds.configurationsMax) return this.#result('undecided')
      const following = this.#advance(attempt)
      if (following === null) attempts.pop()
      else attempts.push(this.#attempt(following))
    }
  }

  /** The next configuration from here that was not seen yet; null when all choices are spent. */
  #advance(attempt: Attempt<State>): Configuration<State> | null {
    const { configuration } = attempt
    for (;;) {
      const number = attempt.choices[attempt.tried]
      attempt.tried += 1
      if (number === undefined) {
        if (attempt.complete) return null
        attempt.complete = true
        attempt.choices = this.#otherChoices(configuration)
        attempt.tried = 0
        continue
      }
      const state = this.#step(configuration.state, number)
      if (state === null) continue
      const following = this.#settle(this.#place({ ...configuration, state }, number))
      if (this.#isNew(following)) return following
    }
  }

  /** Places every read that fits. */
  #settle(configuration: Configuration<State>): Configuration<State> {
    let current = configuration
    for (;;) {
      const { state } = current
      const fitting = this.#answeredChoices(current).find((number) => this.#reads[number] === true && this.#step(state, number) === state)
      if (fitting === undefined) return current
      current = this.#place(current, fitting)
    }
  }

  #place(configuration: Configuration<State>, number: number): Configuration<State> {
    const chain = { number, before: configuration.chain }
    if (number !== configuration.next) return { ...configuration, chain, early: inserted(configuration.early, number) }
    let next = number + 1
    let taken = 0
    while (configuration.early[taken] === next && next < this.#timeline.answered) {
      next += 1
      taken += 1
    }
    return { ...configuration, chain, next, early: taken === 0 ? configuration.early : configuration.early.slice(taken) }
  }

  #attempt(configuration: Configuration<State>): Attempt<State> {
    this.#note(configuration)
    return { configuration, choices: [configuration.next], tried: 0, complete: false }
  }

  /** Everything else that is under way; what makes the operation that returns possible comes first. */
  #otherChoices(configuration: Configuration<State>): number[] {
    const { next, state } = configuration
    const helpful: number[] = []
    const others: number[] = []
    for (const number of [...this.#answeredChoices(configuration).slice(1), ...this.#openChoices(configuration)]) {
      const after = this.#step(state, number)
      if (after === null || (after === state && number >= this.#timeline.answered)) continue
      if (this.#step(after, next) === null) others.push(number)
      else helpful.push(number)
    }
    return [...helpful, ...others]
  }

  #openChoices({ next, early }: Configuration<State>): number[] {
    const { answered, openBefore, alike } = this.#timeline
    const choices: number[] = []
    const kinds = new Set<number>()
    for (let number = answered; number < answered + (openBefore[next] ?? 0); number += 1) {
      const kind = alike[number - answered] ?? number
      if (kinds.has(kind) || early.includes(number)) continue
      kinds.add(kind)
      choices.push(number)
    }
    return choices.reverse()
  }

  #answeredChoices({ next, early }: Configuration<State>): number[] {
    const concurrent = this.#timeline.concurrent[next]
    if (concurrent === undefined) return []
    return [next, ...concurrent.filter((number) => !early.includes(number))]
  }

  #step(state: State, number: number): State | null {
    const operation = this.#timeline.operations[number]
    if (operation === undefined) return null
    this.#steps += 1
    return this.#model.step(state, operation.op, operation.result)
  }

  #isNew({ next, early, state }: Configuration<State>): boolean {
    const key = `${next}:${early.join(',')}:${this.#model.fingerprint(state)}`
    const before = this.#seen.size
    return this.#seen.add(key).size > before
  }

  #note({ next, chain, state }: Configuration<State>): void {
    if (next < this.#furthest) return
    if (next > this.#furthest) {
      this.#furthest = next
      this.#furthestChain = chain
      this.#furthestStates = []
    }
    if (this.#furthestStates.length < statesKept) this.#furthestStates.push(state)
  }

  #result(outcome: SearchResult<State>['outcome']): SearchResult<State> {
    return { outcome, steps: this.#steps, furthest: { number: this.#furthest, chain: this.#furthestChain, states: this.#furthestStates } }
  }
}

function inserted(ascending: readonly number[], number: number): number[] {
  const place = ascending.findIndex((other) => other > number)
  return place < 0 ? [...ascending, number] : [...ascending.slice(0, place), number, ...ascending.slice(place)]
}
