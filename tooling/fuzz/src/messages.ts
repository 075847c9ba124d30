import type { Failure } from './failure.ts'
import { inputBytesMax } from './target.ts'

/** What a worker is to do. */
export interface WorkerTask {
  readonly target: string
  readonly inputs: number
  readonly seed: number
  /** Address of the module whose `targets` has it. */
  readonly module: string
  /** Of `Desk`. */
  readonly memory: SharedArrayBuffer
}

/** What a worker tells. */
export type WorkerMessage =
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'done'; readonly failures: number; readonly outcomes: number }

const headBytes = 8

/** Where a worker puts the input it is about to try, so that it can be found when the worker does not come back. */
export class Desk {
  readonly memory: SharedArrayBuffer
  readonly #head: Int32Array
  readonly #input: Uint8Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(headBytes + inputBytesMax)) {
    this.memory = memory
    this.#head = new Int32Array(memory, 0, 2)
    this.#input = new Uint8Array(memory, headBytes)
  }

  put(input: Uint8Array): void {
    this.#input.set(input.subarray(0, inputBytesMax))
    Atomics.store(this.#head, 1, input.length)
    Atomics.add(this.#head, 0, 1)
  }

  /** How many inputs were begun. */
  get begun(): number {
    return Atomics.load(this.#head, 0)
  }

  /** The last one. */
  get input(): Uint8Array {
    return this.#input.slice(0, Atomics.load(this.#head, 1))
  }
}
