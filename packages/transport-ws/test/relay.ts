import { connect, createServer, type Server as TcpServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A TCP relay in front of a server: it passes on, or swallows bytes without closing anything. It counts what passes. */
export class Relay {
  readonly #server: TcpServer
  readonly #sockets: Set<Socket> = new Set()
  /** `forth` is towards the server behind the relay. */
  readonly swallow: { forth: boolean; back: boolean } = { forth: false, back: false }
  accepted = 0
  readonly #onChange: (() => void)[] = []
  readonly #target: { host: string; port: number }

  private constructor(target: { host: string; port: number }) {
    this.#target = target
    this.#server = createServer((near) => {
      this.accepted += 1
      const far = connect(this.#target)
      this.#join(near, far)
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

  /** Resolves once there is exactly one connection through all of these relays together. */
  static async untilOne(relays: readonly Relay[]): Promise<void> {
    while (relays.reduce((sum, relay) => sum + relay.links, 0) !== 1) {
      await Promise.race(relays.map((relay) => new Promise<void>((resolve) => relay.#onChange.push(resolve))))
    }
  }

  heal(): void {
    this.swallow.forth = false
    this.swallow.back = false
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to, direction] of [[near, far, 'forth'], [far, near, 'back']] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (data) => {
        if (!this.swallow[direction] && to.writable) to.write(data)
      })
      from.on('end', () => {
        if (!this.swallow[direction]) to.end()
      })
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        for (const tell of this.#onChange.splice(0)) tell()
        if (!this.swallow[direction]) to.destroy()
      })
    }
  }
}
