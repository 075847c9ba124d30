import { SynodError } from '@synod/interface'
import type { Micros } from '@synod/interface/protocol'
import type { RegisterOp, RegisterResult } from '../linearizability/index.ts'

/** `unknown`: it may have happened, once, at any time after the call. `failed`: it surely did not. */
export type Outcome = 'pending' | 'ok' | 'failed' | 'unknown'

/** One call of a client, as it saw it. */
export interface Operation {
  readonly id: number
  readonly client: string
  readonly kind: string
  readonly key: string
  readonly input: string
  /** True time. */
  readonly calledAt: Micros
  returnedAt: Micros
  outcome: Outcome
  output: string
  error: string
  /** Log index that the answer is of, when it says so. */
  index: number
  /** For the check of linearizability: what was asked of a register, and what it answered. `null`: takes no part. */
  readonly op: RegisterOp | null
  result: RegisterResult | null
}

/** What a caller says of the answer to an operation. */
export interface Answer {
  readonly output: string
  readonly index: number
  readonly result?: RegisterResult
}

export interface OperationStart {
  readonly client: string
  readonly kind: string
  readonly key: string
  readonly input?: string
  readonly op?: RegisterOp
}

/** Codes that say for sure that a write was not executed. */
const surelyNot = new Set([
  'SYNOD_BAD_VERSION',
  'SYNOD_NO_NODE',
  'SYNOD_NODE_EXISTS',
  'SYNOD_NOT_EMPTY',
  'SYNOD_NO_CHILDREN_FOR_EPHEMERALS',
  'SYNOD_INVALID_PATH',
  'SYNOD_TOO_LARGE',
  'SYNOD_BUSY',
  'SYNOD_PROPOSAL_DROPPED',
  'SYNOD_NO_QUORUM',
  'SYNOD_NOT_LEADER',
])

/** Refusals that tell something about the register, and are answers therefore. */
const refusals: ReadonlyMap<string, RegisterResult> = new Map([
  ['SYNOD_BAD_VERSION', { kind: 'badVersion' }],
  ['SYNOD_NODE_EXISTS', { kind: 'exists' }],
  ['SYNOD_NO_NODE', { kind: 'absent' }],
])

/** Everything that clients asked and were told, in the order of the calls, with true times. */
export class History {
  readonly operations: Operation[] = []
  /** Called when an operation has returned. */
  onReturn: (operation: Operation) => void = () => undefined
  readonly #now: () => Micros

  constructor(now: () => Micros) {
    this.#now = now
  }

  /** Runs a call and records it; rejects as the call does. `answer` says what of its value counts. */
  async record<T>(start: OperationStart, call: () => Promise<T>, answer: (value: T) => Answer): Promise<T> {
    const operation: Operation = {
      input: '',
      op: null,
      result: null,
      ...start,
      id: this.operations.length,
      calledAt: this.#now(),
      returnedAt: Number.MAX_SAFE_INTEGER,
      outcome: 'pending',
      output: '',
      error: '',
      index: 0,
    }
    this.operations.push(operation)
    try {
      const value = await call()
      const { output, index, result = null } = answer(value)
      this.#return(operation, { outcome: 'ok', output, index, result })
      return value
    } catch (error) {
      const code = SynodError.is(error) ? error.code : String(error)
      this.#return(operation, { outcome: surelyNot.has(code) ? 'failed' : 'unknown', error: code, result: refusals.get(code) ?? null })
      throw error
    }
  }

  #return(operation: Operation, what: Partial<Operation>): void {
    Object.assign(operation, what, { returnedAt: this.#now() })
    this.onReturn(operation)
  }
}

/** An operation in one line. */
export function describeOperation(operation: Operation): string {
  const { client, kind, key, input, outcome, output, error, index } = operation
  const given = input === '' ? '' : ` ${input}`
  const got = outcome === 'ok' ? `${output === '' ? 'ok' : output}${index === 0 ? '' : ` @${index}`}` : `${outcome} ${error}`
  return `${client} ${kind} ${key}${given} → ${got}`
}
