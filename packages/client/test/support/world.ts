import { createClient, createClientService, localDialer } from '@synod/client'
import type { ClientOptions, ClientService, ClientServiceOptions } from '@synod/client'
import type { ClientLink, Dialer } from '@synod/interface'
import type { CoordinationClient, Watch, WatchEvent } from '@synod/interface/coordination'
import { decodeClientMessages } from '@synod/wire'
import type { ClientMessage } from '@synod/wire'
import { FakeLog } from './fake-replica.ts'
import type { FakeReplica } from './fake-replica.ts'
import { VirtualClock, seededRandom } from './virtual-clock.ts'

interface Open {
  readonly endpoint: string
  readonly close: () => void
  /** What a stopped process has not taken or sent yet. */
  readonly held: (() => void)[]
}

/** Servers that share one log, and a network between them and clients that a test can disturb. All in virtual time. */
export class World {
  readonly clock = new VirtualClock()
  readonly log: FakeLog = new FakeLog(this.clock)
  readonly services = new Map<string, ClientService>()
  /** Every dial, in order. */
  readonly dials: string[] = []
  /** Every frame that a client sent, by server. */
  readonly sent: { readonly endpoint: string; readonly messages: readonly ClientMessage[] }[] = []
  /** Answers of these servers are swallowed, the connection stays. */
  readonly mute = new Set<string>()
  /** These servers turn every client away, for this reason. */
  readonly refusing = new Map<string, Error>()
  readonly #frozen = new Set<string>()
  readonly #open = new Set<Open>()
  #seed = 1

  constructor(servers: number = 1, service: Partial<ClientServiceOptions> = {}) {
    for (let id = 1; id <= servers; id += 1) {
      const replica = this.log.add(id)
      this.services.set(
        `s${id}`,
        createClientService({ replica, watches: replica.state, clock: this.clock, sessionTimeoutMinMs: 1, ...service }),
      )
    }
    this.log.appoint(1)
  }

  replica(id: number): FakeReplica {
    const replica = this.log.replicas.get(id)
    if (replica === undefined) throw new Error(`no server ${id}`)
    return replica
  }

  client(options: Partial<ClientOptions> = {}): CoordinationClient {
    this.#seed += 1
    const servers = [...this.services.keys()]
    return createClient({ servers, dialer: this.dialer(), clock: this.clock, random: seededRandom(this.#seed), ...options })
  }

  /** Endpoints of the connections that are open, in the order of their opening. */
  get connected(): string[] {
    return [...this.#open].map(({ endpoint }) => endpoint)
  }

  /** All messages of a type that clients sent, to any server. */
  messages<T extends ClientMessage['type']>(type: T): (ClientMessage & { type: T })[] {
    return this.sent.flatMap(({ messages }) => messages.filter((message): message is ClientMessage & { type: T } => message.type === type))
  }

  /** `SIGKILL`: connections close, dials are refused. */
  kill(id: number): void {
    const service = this.services.get(`s${id}`)
    this.services.delete(`s${id}`)
    service?.close()
    this.cut(`s${id}`)
  }

  /** Connections break; the server lives. */
  cut(endpoint: string): void {
    for (const open of this.#open) if (open.endpoint === endpoint) open.close()
  }

  /** `SIGSTOP`: connections stay, nothing moves. */
  freeze(id: number): void {
    this.#frozen.add(`s${id}`)
  }

  thaw(id: number): void {
    this.#frozen.delete(`s${id}`)
    for (const open of this.#open) if (open.endpoint === `s${id}`) for (const run of open.held.splice(0)) run()
  }

  dialer(): Dialer {
    const inner = localDialer(this.services, this.clock)
    return { dial: (endpoint, handlers) => this.#dial(inner, endpoint, handlers) }
  }

  #dial(inner: Dialer, endpoint: string, handlers: Parameters<Dialer['dial']>[1]): () => void {
    this.dials.push(endpoint)
    if (this.#frozen.has(endpoint)) return () => this.clock.defer(() => handlers.onClosed(null))
    const refusal = this.refusing.get(endpoint)
    if (refusal !== undefined) {
      this.clock.defer(() => handlers.onClosed(refusal))
      return () => {}
    }
    let over = false
    const open: Open = { endpoint, held: [], close: () => end(new Error('connection reset')) }
    const end = (error: Error | null): void => {
      if (over) return
      over = true
      this.#open.delete(open)
      giveUp()
      this.clock.defer(() => handlers.onClosed(error))
    }
    const pass = (run: () => void): void => {
      if (this.#frozen.has(endpoint)) open.held.push(run)
      else run()
    }
    const giveUp = inner.dial(endpoint, {
      onOpened: (link) => {
        this.#open.add(open)
        handlers.onOpened(this.#link(link, endpoint, { pass, end }))
      },
      onFrame: (frame) => pass(() => !over && !this.mute.has(endpoint) && handlers.onFrame(frame)),
      onClosed: end,
    })
    return () => end(null)
  }

  #link(
    link: ClientLink,
    endpoint: string,
    { pass, end }: { pass: (run: () => void) => void; end: (error: Error | null) => void },
  ): ClientLink {
    return {
      send: (frame) => {
        const decoded = decodeClientMessages(frame)
        this.sent.push({ endpoint, messages: decoded.ok ? decoded.value : [] })
        pass(() => link.send(frame))
      },
      get bufferedBytes() {
        return link.bufferedBytes
      },
      close: (reason) => end(new Error(reason)),
    }
  }
}

/** Text as the bytes of a value. */
export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text))
}

/** The text of a value. */
export function text(data: Uint8Array): string {
  return Buffer.from(data).toString('utf8')
}

/** Gathers what a watch reports; `failure` is what ended it. */
export function collect(watch: Watch): { readonly events: WatchEvent[]; readonly ended: Promise<unknown> } {
  const events: WatchEvent[] = []
  const run = async (): Promise<unknown> => {
    try {
      for await (const event of watch) events.push(event)
      return null
    } catch (error) {
      return error
    }
  }
  return { events, ended: run() }
}

/** The code a call is rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'resolved'
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error)
  }
}
