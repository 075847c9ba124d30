import type { Micros } from '@synod/interface/protocol'
import type { Network } from './network.ts'

interface Segment {
  readonly frame: Uint8Array
  readonly lane: 'control' | 'bulk'
  readonly order: number
}

/** One direction of a connection that keeps order and loses nothing while it lives: TCP. Loss and black holes become delay. */
export class Stream {
  readonly #network: Network
  readonly #from: string
  readonly #to: string
  readonly #deliver: (frame: Uint8Array) => void
  readonly #lastArrival: Record<'control' | 'bulk', Micros> = { control: 0, bulk: 0 }
  #stalled: Segment[] = []
  #order = 0
  #waiting = false
  #closed = false
  /** Bytes sent that have not arrived. */
  bufferedBytes = 0

  constructor(network: Network, ends: { readonly from: string; readonly to: string }, deliver: (frame: Uint8Array) => void) {
    this.#network = network
    this.#from = ends.from
    this.#to = ends.to
    this.#deliver = deliver
  }

  send(frame: Uint8Array, lane: 'control' | 'bulk' = 'control'): void {
    if (this.#closed) return
    this.bufferedBytes += frame.length
    this.#order += 1
    this.#launch({ frame, lane, order: this.#order })
  }

  /** What has not arrived is lost. */
  close(): void {
    this.#closed = true
    this.#stalled = []
    this.bufferedBytes = 0
  }

  #launch(segment: Segment): void {
    const { world } = this.#network
    const { frame, lane } = segment
    if (this.#waiting || this.#isDark()) {
      this.#stall(segment)
      return
    }
    const arrival = this.#network.edge(this.#from, this.#to).segment(world.now, frame.length, lane)
    const at = Math.max(arrival, this.#lastArrival[lane])
    this.#lastArrival[lane] = at
    world.scheduler.at(at, () => {
      this.#arrive(segment)
    })
  }

  /** What was on its way when the edge went dark has not arrived either: it is sent again with the rest. */
  #arrive(segment: Segment): void {
    if (this.#closed) return
    if (this.#isDark()) {
      this.#stall(segment)
      return
    }
    this.bufferedBytes -= segment.frame.length
    this.#deliver(segment.frame)
  }

  #isDark(): boolean {
    return this.#network.edge(this.#from, this.#to).fault.blackHole
  }

  #stall(segment: Segment): void {
    this.#stalled.push(segment)
    if (this.#waiting) return
    this.#waiting = true
    this.#network.whenOpen(this.#from, this.#to, () => {
      this.#waiting = false
      const stalled = this.#stalled.sort((a, b) => a.order - b.order)
      this.#stalled = []
      for (const segment of stalled) this.#launch(segment)
    })
  }
}
