import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import type { Clock, Random, SynodError, TransportHandlers, TransportIdentity } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { createWsTransport, type WsTransport, type WsTransportOptions } from '@synod/transport-ws'
import { expect, onTestFailed, onTestFinished } from 'vitest'

export const clock: Clock = {
  now: () => Math.floor(performance.now() * 1000),
  wallMs: () => Date.now(),
  setTimer(at, run) {
    const timer = setTimeout(run, Math.max(0, Math.ceil((at - clock.now()) / 1000)))
    return () => clearTimeout(timer)
  },
  defer: (run) => void setImmediate(run),
}

export const random: Random = { next: () => Math.random(), bytes: (length) => randomBytes(length) }

export type Told =
  | { readonly kind: 'opened' | 'closed'; readonly peer: NodeId; readonly incarnation: number }
  | { readonly kind: 'refused'; readonly peer: NodeId }
  | { readonly kind: 'rejected'; readonly peer: NodeId | null; readonly error: SynodError }
  | { readonly kind: 'frame'; readonly peer: NodeId; readonly frame: Uint8Array }

/** A name of its own for every test, for the case that a port which one has given back is another's next. */
export function clusterOfTest(): string {
  return `${process.pid} ${expect.getState().currentTestName ?? ''}`
}

/** Nobody listens there, and no test ever will. */
export const nobody = 'ws://127.0.0.1:1'

/** One server of a test: its transport and all that it told. */
export class Server implements TransportHandlers {
  readonly id: NodeId
  readonly transport: WsTransport
  readonly told: Told[] = []
  readonly open: Map<NodeId, number> = new Map()
  identity: TransportIdentity
  readonly #waiters: Set<() => void> = new Set()

  constructor(options: WsTransportOptions, identity: Partial<TransportIdentity> = {}) {
    this.id = options.id
    this.transport = createWsTransport(options)
    this.identity = { id: options.id, incarnation: 1, clusterName: clusterOfTest(), clusterId: '', ...identity }
    onTestFinished(() => this.transport.stop())
    onTestFailed(() => console.error(`server ${this.id}:`, this.transport.stats(), this.told.slice(-20)))
  }

  async start(): Promise<this> {
    await this.transport.start(() => this.identity, this)
    return this
  }

  get url(): string {
    const { host, port } = this.transport.address()
    return `ws://${host}:${port}`
  }

  /** Resolves once it holds; looked at whenever this server was told something. The runner's time-out ends a wait in vain. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return
        this.#waiters.delete(look)
        resolve()
      }
      this.#waiters.add(look)
      look()
    })
  }

  untilOpen(...peers: NodeId[]): Promise<void> {
    return this.until(() => peers.every((peer) => this.open.has(peer)))
  }

  /** What happened to connections with this peer, as text: `opened 1`, `closed 1`, `refused`. */
  story(peer: NodeId): string[] {
    return this.told.flatMap((told) => {
      if (told.peer !== peer || told.kind === 'frame') return []
      if (told.kind === 'rejected') return [`rejected ${told.error.code}`]
      return [told.kind === 'refused' ? 'refused' : `${told.kind} ${told.incarnation}`]
    })
  }

  /** The same without the refused tries. */
  connections(peer: NodeId): string[] {
    return this.story(peer).filter((line) => line !== 'refused')
  }

  rejections(): { peer: NodeId | null; code: string; message: string }[] {
    return this.told.flatMap((told) =>
      told.kind === 'rejected' ? [{ peer: told.peer, code: told.error.code, message: told.error.message }] : [],
    )
  }

  frames(peer: NodeId): Uint8Array[] {
    return this.told.flatMap((told) => (told.kind === 'frame' && told.peer === peer ? [told.frame] : []))
  }

  onFrame(peer: NodeId, frame: Uint8Array): void {
    this.#note({ kind: 'frame', peer, frame })
  }

  onOpened(peer: NodeId, incarnation: number): void {
    this.open.set(peer, incarnation)
    this.#note({ kind: 'opened', peer, incarnation })
  }

  onClosed(peer: NodeId, incarnation: number): void {
    this.open.delete(peer)
    this.#note({ kind: 'closed', peer, incarnation })
  }

  onRefused(peer: NodeId): void {
    this.#note({ kind: 'refused', peer })
  }

  onRejected(peer: NodeId | null, error: SynodError): void {
    this.#note({ kind: 'rejected', peer, error })
  }

  #note(told: Told): void {
    this.told.push(told)
    for (const look of [...this.#waiters]) look()
  }
}

/** Options of one server at a free port, not knowing its peers yet. */
export function optionsOf(id: NodeId, more: Partial<WsTransportOptions> = {}): WsTransportOptions {
  return { id, listen: { host: '127.0.0.1', port: 0 }, peers: { [id]: 'ws://127.0.0.1:0' }, clock, random, ...more }
}

export async function startServer(
  id: NodeId,
  more: Partial<WsTransportOptions> = {},
  identity: Partial<TransportIdentity> = {},
): Promise<Server> {
  return await new Server(optionsOf(id, more), identity).start()
}

/** Tells every server where all of them are. */
export function introduce(...servers: Server[]): void {
  const peers = Object.fromEntries(servers.map((server) => [server.id, server.url]))
  for (const server of servers) server.transport.setPeers(peers)
}

/** Started servers that are all connected to each other. */
export async function connected(ids: readonly NodeId[], more: Partial<WsTransportOptions> = {}): Promise<Server[]> {
  const servers = await Promise.all(ids.map((id) => startServer(id, more)))
  introduce(...servers)
  await Promise.all(servers.map((server) => server.untilOpen(...ids.filter((id) => id !== server.id))))
  return servers
}

/** Two connected servers of which only 1 can dial: there never was a second connection that still has to close. */
export async function dialedByOne(
  one: Partial<WsTransportOptions> = {},
  two: Partial<WsTransportOptions> = one,
): Promise<[Server, Server]> {
  const [a, b] = [await startServer(1, one), await startServer(2, two)]
  b.transport.setPeers({ 1: nobody, 2: b.url })
  a.transport.setPeers({ 1: a.url, 2: b.url })
  await Promise.all([a.untilOpen(2), b.untilOpen(1)])
  return [a, b]
}

/** A port at which nobody listens. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
