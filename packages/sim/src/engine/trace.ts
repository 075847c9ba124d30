import type { Micros } from '@synod/interface/protocol'

/** One line of what happened. */
export interface TraceLine {
  readonly at: Micros
  /** A server's number, a client's name, or `sim` for the simulation itself. */
  readonly who: string
  readonly text: string | (() => string)
}

const ringSize = 256

/**
 * What happened: a hash of everything, by which two runs are compared (I25), and the last lines, for people. Text is made only when it
 * is read.
 */
export class Trace {
  /** Gets every line as it comes, when somebody wants to read along. */
  listener: ((line: string) => void) | null = null
  #low = 0x811c9dc5
  #high = 0x1b873593
  readonly #ring: TraceLine[] = []
  #next = 0

  /** Sixteen hex digits. Equal for two runs in which the same things happened in the same order. */
  get hash(): string {
    const digits = (n: number): string => (n >>> 0).toString(16).padStart(8, '0')
    return digits(this.#high) + digits(this.#low)
  }

  /** Takes part in the hash. */
  number(value: number): void {
    this.#mix(value | 0)
    this.#mix(Math.floor(value / 0x1_0000_0000) | 0)
  }

  text(value: string): void {
    for (let at = 0; at < value.length; at += 1) this.#mix(value.charCodeAt(at))
    this.#mix(-1)
  }

  bytes(value: Uint8Array): void {
    for (const byte of value) this.#mix(byte)
    this.#mix(-2)
  }

  /** A line for people. It takes no part in the hash: call `number`, `text` or `bytes` for that. */
  line(at: Micros, who: string, text: string | (() => string)): void {
    const line = { at, who, text }
    this.#ring[this.#next % ringSize] = line
    this.#next += 1
    if (this.listener !== null) this.listener(formatLine(line))
  }

  /** The newest `count` lines, oldest first. */
  last(count: number): readonly string[] {
    const from = Math.max(0, this.#next - Math.min(count, ringSize))
    const lines: string[] = []
    for (let at = from; at < this.#next; at += 1) {
      const line = this.#ring[at % ringSize]
      if (line !== undefined) lines.push(formatLine(line))
    }
    return lines
  }

  #mix(value: number): void {
    this.#low = Math.imul(this.#low ^ (value & 0xff), 0x01000193) ^ (value >>> 8)
    this.#high = (Math.imul((this.#high << 13) | (this.#high >>> 19), 5) + (value ^ this.#low)) | 0
  }
}

function formatLine({ at, who, text }: TraceLine): string {
  const millis = (at / 1000).toFixed(3).padStart(11)
  return `${millis}  ${who.padEnd(4)} ${typeof text === 'string' ? text : text()}`
}
