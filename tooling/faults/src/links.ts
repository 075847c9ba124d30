import { Relay } from './relay.ts'

/** The wires between all pairs of servers, each dialling the others through relays of its own. */
export class Links {
  readonly #relays = new Map<string, Relay>()

  static async between(ports: ReadonlyMap<number, number>): Promise<Links> {
    const links = new Links()
    for (const from of ports.keys()) {
      for (const [to, port] of ports) if (from !== to) links.#relays.set(`${from}→${to}`, await Relay.to(() => port))
    }
    return links
  }

  /** Where `from` reaches `to`. */
  url(from: number, to: number): string {
    return this.#relay(from, to).url
  }

  /** Swallows what `from` sends to `to`, whoever dialled, until `heal`. */
  swallow(from: number, to: number): void {
    this.#relay(from, to).cut('forth')
    this.#relay(to, from).cut('back')
  }

  /** Swallows both directions. */
  cut(a: number, b: number): void {
    this.swallow(a, b)
    this.swallow(b, a)
  }

  /** What `from` sends to `to` takes so much longer, whoever dialled, until `heal`. */
  delay(from: number, to: number, delayMs: number): void {
    this.#relay(from, to).delay('forth', delayMs)
    this.#relay(to, from).delay('back', delayMs)
  }

  /** Breaks the connections between these two. */
  reset(a: number, b: number): void {
    this.#relay(a, b).reset()
    this.#relay(b, a).reset()
  }

  /** No connection between these two, whoever dials. */
  refuse(a: number, b: number): void {
    this.#relay(a, b).refuse()
    this.#relay(b, a).refuse()
  }

  /** `from` cannot connect to `to`; the other way round it goes. */
  refuseOneWay(from: number, to: number): void {
    this.#relay(from, to).refuse()
  }

  /** Heals what is between these two. */
  mend(a: number, b: number): void {
    this.#relay(a, b).heal()
    this.#relay(b, a).heal()
  }

  heal(): void {
    for (const relay of this.#relays.values()) relay.heal()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#relays.values()].map((relay) => relay.close()))
  }

  #relay(from: number, to: number): Relay {
    const relay = this.#relays.get(`${from}→${to}`)
    if (relay === undefined) throw new Error(`there is no link from ${from} to ${to}`)
    return relay
  }
}
