import type { Micros } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'

/** What is wrong with one direction of a link. */
export interface EdgeFault {
  /** Swallows everything without a sign. */
  readonly blackHole: boolean
  /** Share of what is lost: of frames in a lossy network, of packets that are sent again 200 ms later in one that is reliable. */
  readonly drop: number
  readonly duplicate: number
  /** How much later the second one of a repeated frame may come. */
  readonly lateMicros: Micros
  /** Share of frames that take up to ten times as long, and are overtaken. */
  readonly reorder: number
  readonly extraDelayMicros: Micros
  /** Bytes per second; 0 = unlimited. */
  readonly bandwidth: number
}

export const noFault: EdgeFault = {
  blackHole: false,
  drop: 0,
  duplicate: 0,
  lateMicros: 50_000,
  reorder: 0,
  extraDelayMicros: 0,
  bandwidth: 0,
}

/** One way, without faults. */
export interface Latency {
  readonly minMicros: Micros
  readonly maxMicros: Micros
}

const retransmitMicros = 200_000

/** One direction between two processes: when does what is sent now arrive? */
export class Edge {
  readonly name: string
  fault: EdgeFault = noFault
  readonly #random: RandomStream
  readonly #latency: Latency
  /** Nothing overtakes on the straight way: only a fault changes the order. */
  readonly #lastArrival: Record<'control' | 'bulk', Micros> = { control: 0, bulk: 0 }
  #busyUntil: Record<'control' | 'bulk', Micros> = { control: 0, bulk: 0 }

  constructor(name: string, random: RandomStream, latency: Latency) {
    this.name = name
    this.#random = random
    this.#latency = latency
  }

  /** One way, without faults, in the mean. */
  get meanMicros(): Micros {
    return Math.round((this.#latency.minMicros + this.#latency.maxMicros) / 2)
  }

  /** Arrival of a packet of a protocol that nobody sends again (a SYN, say); `null`: lost. */
  packet(now: Micros): Micros | null {
    if (this.fault.blackHole || this.#random.chance(this.fault.drop)) return null
    return now + this.#delay()
  }

  /** Arrivals of a frame in a lossy network: none, one, or two. */
  datagram(now: Micros, bytes: number, lane: 'control' | 'bulk'): readonly Micros[] {
    const { fault } = this
    if (fault.blackHole || this.#random.chance(fault.drop)) return []
    const leaves = this.#leaves(now, bytes, lane)
    const late = this.#random.chance(fault.reorder) ? this.#random.below(10 * this.#latency.maxMicros + 20_000) : 0
    const straight = Math.max(leaves + this.#delay(), late > 0 ? 0 : this.#lastArrival[lane])
    if (late === 0) this.#lastArrival[lane] = straight
    const first = straight + late
    return this.#random.chance(fault.duplicate) ? [first, first + this.#random.below(fault.lateMicros)] : [first]
  }

  /** Arrival of a segment that TCP sends again until it is there; the caller keeps the order and waits out black holes. */
  segment(now: Micros, bytes: number, lane: 'control' | 'bulk'): Micros {
    let resend = 0
    while (resend < 5 * retransmitMicros && this.#random.chance(this.fault.drop)) resend += retransmitMicros
    return this.#leaves(now, bytes, lane) + this.#delay() + resend
  }

  #delay(): Micros {
    return this.#random.between(this.#latency.minMicros, this.#latency.maxMicros) + this.fault.extraDelayMicros
  }

  #leaves(now: Micros, bytes: number, lane: 'control' | 'bulk'): Micros {
    if (this.fault.bandwidth === 0) return now
    const leaves = Math.max(now, this.#busyUntil[lane]) + Math.ceil((bytes * 1_000_000) / this.fault.bandwidth)
    this.#busyUntil[lane] = leaves
    return leaves
  }
}
