import type { ServerAddress } from '@synod/wire'
import type { Random } from '@synod/interface'

/** What a client knows of one endpoint. */
export interface KnownServer {
  readonly endpoint: string
  readonly configured: boolean
  /** 0 while unknown. */
  id: number
  /** Until then it is tried last. */
  avoidUntil: number
  /** Why the last try failed; null after a success. */
  reason: Error | null
}

/** The endpoints of the cluster: those that were configured and those that servers have told of. */
export class ServerBook {
  readonly #servers = new Map<string, KnownServer>()

  constructor(configured: readonly string[]) {
    for (const endpoint of configured) this.#add(endpoint, true, 0)
  }

  /** Takes over what a server reached at `endpoint` says of the cluster. */
  learn(endpoint: string, serverId: number, servers: readonly ServerAddress[]): void {
    const told = new Map(servers.map((server) => [server.endpoint, server.id]))
    for (const known of this.#servers.values()) {
      if (known.endpoint === endpoint) known.id = serverId
      else if (told.has(known.endpoint)) known.id = told.get(known.endpoint) ?? known.id
      else if (!known.configured) this.#servers.delete(known.endpoint)
    }
    for (const server of servers) {
      if (server.endpoint !== '' && !this.#servers.has(server.endpoint)) this.#add(server.endpoint, false, server.id)
    }
  }

  get(endpoint: string): KnownServer | undefined {
    return this.#servers.get(endpoint)
  }

  /** Where to reach server `id`; the configured endpoint before an advertised one, one that worked before one that failed. */
  endpointOf(id: number): string | null {
    let best: KnownServer | null = null
    for (const known of this.#servers.values()) {
      if (id !== 0 && known.id === id && (best === null || (best.reason !== null && known.reason === null))) best = known
    }
    return best === null ? null : best.endpoint
  }

  failed(endpoint: string, reason: Error | null): void {
    const known = this.#servers.get(endpoint)
    if (known !== undefined) known.reason = reason ?? new Error('the connection was closed')
  }

  reached(endpoint: string): void {
    const known = this.#servers.get(endpoint)
    if (known !== undefined) known.reason = null
  }

  /** A silent server is tried last until then, under every endpoint it has. */
  avoid(endpoint: string, until: number): void {
    const id = this.#servers.get(endpoint)?.id ?? 0
    for (const known of this.#servers.values()) {
      if (known.endpoint === endpoint || (id !== 0 && known.id === id)) known.avoidUntil = until
    }
  }

  /** One endpoint per server, in the order in which to try them: `first` ahead, those to avoid last, the rest from a random start. */
  order(now: number, options: { readonly first: string | null; readonly without: number; readonly random: Random }): string[] {
    const candidates = this.#onePerServer().filter((known) => options.without === 0 || known.id !== options.without)
    const start = Math.floor(options.random.next() * candidates.length)
    const rotated = [...candidates.slice(start), ...candidates.slice(0, start)]
    const rank = (known: KnownServer): number => {
      if (known.avoidUntil > now) return 2
      return known.endpoint === options.first ? 0 : 1
    }
    return rotated.sort((a, b) => rank(a) - rank(b)).map((known) => known.endpoint)
  }

  /** Why each endpoint could not be used, in the order they were configured or learnt. */
  reasons(): { readonly endpoint: string; readonly reason: Error }[] {
    const list: { endpoint: string; reason: Error }[] = []
    for (const known of this.#servers.values()) {
      if (known.reason !== null) list.push({ endpoint: known.endpoint, reason: known.reason })
    }
    return list
  }

  get size(): number {
    return this.#servers.size
  }

  #onePerServer(): KnownServer[] {
    const list: KnownServer[] = []
    for (const known of this.#servers.values()) {
      const better = known.id !== 0 && this.endpointOf(known.id) !== known.endpoint
      if (!better) list.push(known)
    }
    return list
  }

  #add(endpoint: string, configured: boolean, id: number): void {
    this.#servers.set(endpoint, { endpoint, configured, id, avoidUntil: 0, reason: null })
  }
}
