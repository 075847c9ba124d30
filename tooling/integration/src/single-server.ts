import { createClient, createClientService, localDialer } from '@synod/client'
import type { ClientService, ClientTuning } from '@synod/client'
import type { Clock, Random } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { LoneReplica } from './lone-replica.ts'

export interface SingleServer {
  readonly replica: LoneReplica
  /** A client with a session of its own. */
  connect(tuning?: ClientTuning): CoordinationClient
  /** Takes a client's server away: it can neither ask nor keep its session alive. */
  cutOff(client: CoordinationClient): void
  /** Gives it back. */
  restore(client: CoordinationClient): void
  /** Closes all clients. */
  close(): Promise<void>
}

/** Real clients, the real server half and the real tree, in one process and over one replica that commits alone. */
export function singleServer(clock: Clock, seed = 1): SingleServer {
  const replica = new LoneReplica(clock)
  const services = new Map<string, ClientService>()
  const endpoints = new Map<CoordinationClient, string>()
  const random = seededRandom(seed)
  return {
    replica,
    connect: (tuning = {}) => {
      const endpoint = `local:${endpoints.size}`
      services.set(endpoint, createClientService({ replica, watches: replica.state, clock }))
      const client = createClient({
        ...tuning,
        servers: [endpoint],
        dialer: localDialer(services, clock),
        clock,
        random,
        prefer: 'nearest',
      })
      endpoints.set(client, endpoint)
      return client
    },
    cutOff: (client) => {
      const endpoint = endpoints.get(client) ?? ''
      services.get(endpoint)?.close()
      services.delete(endpoint)
    },
    restore: (client) => void services.set(endpoints.get(client) ?? '', createClientService({ replica, watches: replica.state, clock })),
    close: async () => {
      replica.resume()
      await Promise.all([...endpoints].filter(([, endpoint]) => services.has(endpoint)).map(([client]) => client.close()))
    },
  }
}

/** The same numbers for the same seed (xorshift32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0 || 1
  const next32 = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>>= 0)
  }
  return { next: () => next32() / 2 ** 32, bytes: (length) => Uint8Array.from({ length }, () => next32() >>> 24) }
}
