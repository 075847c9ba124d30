import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A delayed direction holds so many pieces before it stops to read: a window, as TCP has it. */
const chunksUnderWay = 1000

/** `forth`: towards the server behind the relay. `back`: from it. */
export type Direction = 'forth' | 'back'

/**
 * A wire between a server that dials and one that is dialled. A cut direction passes nothing, neither bytes nor the end of a
 * connection, and tells nobody: the sender's buffers fill up, as when its packets are lost. After `heal` everything goes on where
 * it stood, as TCP's repeats would have it. A delayed direction passes everything, in order, so much later. A wire that refuses has
 * no connection at all, and whoever dials is told at once.
 */
export class Relay {
  readonly #server: Server
  readonly #target: () => number
  readonly #cut: Record<Direction, boolean> = { forth: false, back: false }
  readonly #delayMs: Record<Direction, number> = { forth: 0, back: 0 }
  readonly #waiting: Record<Direction, (() => void)[]> = { forth: [], back: [] }
  /** What is on its way until a time, in the order of sending. */
  readonly #late: Record<Direction, { readonly due: number; readonly go: () => void }[]> = { forth: [], back: [] }
  readonly #sockets = new Set<Socket>()
  #refusing = false
  #passed = 0

  private constructor(target: () => number) {
    this.#target = target
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#join(near))
  }

  /** `port` is asked at each connection. */
  static async to(port: () => number): Promise<Relay> {
    const relay = new Relay(port)
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Bytes that went through, in both directions. */
  get passed(): number {
    return this.#passed
  }

  cut(direction: Direction): void {
    this.#cut[direction] = true
  }

  /** From now on everything in this direction takes so much longer. */
  delay(direction: Direction, delayMs: number): void {
    this.#delayMs[direction] = delayMs
  }

  /** Breaks every connection that is open, as a router does that loses its state. New ones are taken. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Breaks every connection that is open and each new one as soon as it is made, until `heal`. */
  refuse(): void {
    this.#refusing = true
    this.reset()
  }

  heal(): void {
    this.#refusing = false
    for (const direction of ['forth', 'back'] as const) {
      this.#cut[direction] = false
      this.#delayMs[direction] = 0
      for (const go of this.#waiting[direction].splice(0)) go()
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket): void {
    if (this.#refusing) {
      near.on('error', () => {})
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: this.#target(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    this.#pass(near, far, 'forth')
    this.#pass(far, near, 'back')
  }

  #pass(from: Socket, to: Socket, direction: Direction): void {
    this.#sockets.add(from)
    from.on('data', (bytes) => {
      if (this.#cut[direction] || this.#late[direction].length >= chunksUnderWay) from.pause()
      this.#when(direction, () => {
        this.#passed += bytes.length
        if (to.writable) to.write(bytes)
        from.resume()
      })
    })
    from.on('end', () => this.#when(direction, () => to.end()))
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      this.#when(direction, () => to.destroySoon())
    })
  }

  #when(direction: Direction, go: () => void): void {
    const late = this.#late[direction]
    const delayMs = this.#delayMs[direction]
    if (delayMs === 0 && late.length === 0) this.#arrive(direction, go)
    else {
      late.push({ due: Math.max(performance.now() + delayMs, late.at(-1)?.due ?? 0), go })
      if (late.length === 1) this.#await(direction)
    }
  }

  #await(direction: Direction): void {
    const late = this.#late[direction]
    const [first] = late
    if (first === undefined) return
    setTimeout(
      () => {
        while (late[0] !== undefined && late[0].due <= performance.now()) {
          const go = late.shift()?.go
          if (go !== undefined) this.#arrive(direction, go)
        }
        this.#await(direction)
      },
      Math.max(1, first.due - performance.now()),
    )
  }

  #arrive(direction: Direction, go: () => void): void {
    if (this.#cut[direction]) this.#waiting[direction].push(go)
    else go()
  }
}
