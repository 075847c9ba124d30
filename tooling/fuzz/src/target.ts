import type { Arbitrary } from 'fast-check'

/** What is fuzzed: one decoder, or what stands behind it. */
export interface Target {
  readonly name: string
  /** Of all inputs, in relation to the other targets; cheap decoders get more. */
  readonly weight: number
  /** Makes it, once per worker. */
  make(): Promise<Subject>
}

/** A target in one worker. */
export interface Subject {
  /** Well-formed inputs, as a grammar. */
  readonly grammar: Arbitrary<Uint8Array>
  /** Bytes that may be allocated for an input, whatever its size: buffers that are made anyway, code that is compiled. */
  readonly bytesFree: number
  /** Bytes that may be allocated for each byte of an input. */
  readonly bytesPerByte: number
  /** Some of the mutated inputs are made right where a checksum would hide what is behind it. */
  repair?(input: Uint8Array): Uint8Array
  /**
   * Takes the input as the product would. Returns what became of it, without what differs between two like it: inputs of a new
   * outcome are kept and mutated further. Throws when anything is not as it must be.
   */
  run(input: Uint8Array): string
}

/** A message without its numbers and names: what it says, not of what. */
export function kindOf(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|\d+(?:\.\d+)?|\/\S*/g, '#').slice(0, 120)
}

/** Longest input that is made. */
export const inputBytesMax = 64 * 1024
