import { connect, createServer, type Server as TcpServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A TCP relay in front of a server: it passes on, or swallows bytes without closing anything. */
export class Relay {
  readonly #server: TcpServer
  readonly #sockets: Set<Socket> = new Set()
  /** `forth` is towards the server behind the relay. */
  readonly swallow: { forth: boolean; back: boolean } = { forth: false, back: false }
  /** Directions in which bytes wait until `release`. */
  readonly hold: { forth: boolean; back: boolean } = { forth: false, back: false }
  readonly #held: { forth: (() => void)[]; back: (() => void)[] } = { forth: [], back: [] }
  readonly #record: Buffer[] = []
  readonly #onChange: (() => void)[] = []
  readonly #target: { host: string; port: number }

  private constructor(target: { host: string; port: number }) {
    this.#target = target
    this.#server = createServer((near) => {
      const far = connect(this.#target)
      this.#join(near, far)
      this.#changed()
    })
    onTestFinished(() => this.close())
  }

  static async before(target: { host: string; port: number }): Promise<Relay> {
    const relay = new Relay(target)
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve))
    return relay
  }

  get url(): string {
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('the relay does not listen')
    return `ws://127.0.0.1:${address.port}`
  }

  /** Connections that are open through this relay. */
  get links(): number {
    return this.#sockets.size / 2
  }

  /** Resolves once it holds; looked at whenever a connection comes or goes. */
  static async until(relay: Relay, holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => relay.#onChange.push(resolve))
  }

  /** Resolves once there is exactly one connection through all of these relays together. */
  static async untilOne(relays: readonly Relay[]): Promise<void> {
    while (relays.reduce((sum, relay) => sum + relay.links, 0) !== 1) {
      await Promise.race(relays.map((relay) => new Promise<void>((resolve) => relay.#onChange.push(resolve))))
    }
  }

  /** Every byte that came, in both directions, one character each. */
  recorded(): string {
    return Buffer.concat(this.#record).toString('latin1')
  }

  /** Reads nothing more: the senders' buffers fill up. */
  pause(): void {
    for (const socket of this.#sockets) socket.pause()
  }

  resume(): void {
    for (const socket of this.#sockets) socket.resume()
  }

  /** Chunks that wait in this direction. */
  held(direction: 'forth' | 'back'): number {
    return this.#held[direction].length
  }

  release(direction: 'forth' | 'back'): void {
    this.hold[direction] = false
    for (const pass of this.#held[direction].splice(0)) pass()
  }

  /** Ends every connection, at any moment of its life. (A reset would leave Node.js without the event `close` now and then.) */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  heal(): void {
    this.swallow.forth = false
    this.swallow.back = false
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #changed(): void {
    for (const tell of this.#onChange.splice(0)) tell()
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to, direction] of [
      [near, far, 'forth'],
      [far, near, 'back'],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (data) => {
        this.#record.push(data)
        const pass = (): void => {
          if (!this.swallow[direction] && to.writable) to.write(data)
        }
        if (!this.hold[direction]) {
          pass()
          return
        }
        this.#held[direction].push(pass)
        this.#changed()
      })
      from.on('end', () => {
        if (!this.swallow[direction]) to.end()
      })
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        this.#changed()
        if (!this.swallow[direction]) to.destroy()
      })
    }
  }
}
