import type { ServerInfo } from '@synod/interface'
import type { Announce, NodeId } from '@synod/interface/protocol'

/** What this server knows of itself and of its peers: where their clients connect, and whether there is a connection. */
export class Servers {
  readonly #self: NodeId
  readonly #infos: Map<NodeId, ServerInfo> = new Map()

  constructor(voters: readonly NodeId[], self: ServerInfo) {
    this.#self = self.id
    for (const id of voters) this.#infos.set(id, { id, endpoint: '', pid: 0, version: '', connected: false })
    this.#infos.set(self.id, self)
  }

  get own(): Announce {
    const { endpoint = '', pid = 0, version = '' } = this.#infos.get(this.#self) ?? {}
    return { type: 'announce', endpoint, pid, version }
  }

  /** Sorted by id. */
  list(): readonly ServerInfo[] {
    return Array.from(this.#infos.values()).sort((a, b) => a.id - b.id)
  }

  has(id: NodeId): boolean {
    return this.#infos.has(id)
  }

  isConnected(id: NodeId): boolean {
    return this.#infos.get(id)?.connected ?? false
  }

  /** Whether so many voters are connected, this one included, that something can be committed. */
  get quorumConnected(): boolean {
    const connected = Array.from(this.#infos.values()).filter((info) => info.connected)
    return 2 * connected.length > this.#infos.size
  }

  /** True when that changed something. */
  connected(id: NodeId, connected: boolean): boolean {
    return this.#update(id, { connected })
  }

  announced(id: NodeId, { endpoint, pid, version }: Omit<Announce, 'type'>): boolean {
    return this.#update(id, { endpoint, pid, version })
  }

  #update(id: NodeId, change: Partial<ServerInfo>): boolean {
    const info = this.#infos.get(id)
    if (info === undefined) return false
    const next = { ...info, ...change }
    const same =
      next.connected === info.connected && next.endpoint === info.endpoint && next.pid === info.pid && next.version === info.version
    if (!same) this.#infos.set(id, next)
    return !same
  }
}
