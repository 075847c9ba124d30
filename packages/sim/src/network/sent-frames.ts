import type { RandomStream } from '../engine/random.ts'

/** Frames of one direction that are kept: the newest, and as many drawn from all. */
const keepNewest = 16
const keepDrawn = 32

interface Memory {
  readonly newest: Uint8Array[]
  readonly drawn: Uint8Array[]
  count: number
}

/** What was once sent between servers, so that some of it can arrive again, much later. */
export class SentFrames {
  readonly #random: RandomStream
  readonly #memories: Map<string, Memory> = new Map()

  constructor(random: RandomStream) {
    this.#random = random
  }

  remember(from: string, to: string, frame: Uint8Array): void {
    const name = `${from}>${to}`
    let memory = this.#memories.get(name)
    if (memory === undefined) {
      memory = { newest: [], drawn: [], count: 0 }
      this.#memories.set(name, memory)
    }
    memory.newest[memory.count % keepNewest] = frame
    memory.count += 1
    const place = memory.drawn.length < keepDrawn ? memory.drawn.length : this.#random.below(memory.count)
    if (place < keepDrawn) memory.drawn[place] = frame
  }

  /** One of them; `null` when nothing was ever sent. */
  pick(from: string, to: string): Uint8Array | null {
    const memory = this.#memories.get(`${from}>${to}`)
    if (memory === undefined) return null
    return this.#random.pick(this.#random.chance(0.5) ? memory.newest : memory.drawn)
  }
}
