import type { Logger } from '@synod/interface'
import type { TlsOptions } from '@synod/client'
import type { ReplicaBounds, ReplicaTimings } from '@synod/replica'
import type { WsTlsOptions } from '@synod/transport-ws'

/** Times in milliseconds; see `ReplicaOptions` of `@synod/replica` for each. */
export type NodeTimings = ReplicaTimings

/** Bounds on memory, disk and work; see `ReplicaOptions` of `@synod/replica` for each. */
export type NodeLimits = ReplicaBounds

/** Where this server waits for its peers, when its own address in `peers` is not what it should bind to. */
export interface ListenConfig {
  /** Default: the host of the own address in `peers`. `0.0.0.0` for all interfaces. */
  readonly host?: string
  /** Default: the port of the own address in `peers`. */
  readonly port?: number
}

/** Where this server takes clients, and answers `/livez` and `/readyz`. */
export interface ClientsConfig {
  /** Default `127.0.0.1`. Any address that others can reach needs a secret or mutual TLS. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /**
   * What clients are told to connect to, such as `ws://synod-1.example:7411`. Default: where it listens; when that is all interfaces,
   * the host of the own address in `peers`, and without peers nothing, so that clients stay with the address that they were given.
   */
  readonly advertise?: string
  /** What clients must know. Default: `secret`. With another one, a client can never pass for a server. */
  readonly secret?: string
}

/** What `startNode` is told. */
export interface NodeConfig {
  /** Name of the cluster; servers and clients of another name are turned away. Default `default`. */
  readonly cluster?: string
  /** Number of this server, 1 to 65535. */
  readonly id: number
  /** Directory of this server's store; made when it is missing. One for each server. */
  readonly dataDir: string
  /** Known to all servers, and to clients unless `clients.secret` is given. It never travels. */
  readonly secret?: string
  /** `ws://` or `wss://` address of every server, this one included. Left out: a cluster of this server alone, which opens no port for peers. */
  readonly peers?: Readonly<Record<number, string>>
  readonly listen?: ListenConfig
  /** Left out or `false`: it takes clients of its own process only. */
  readonly clients?: ClientsConfig | false
  /** Between servers; every address of `peers` then begins with `wss://`. */
  readonly tls?: WsTlsOptions
  /** Between clients and this server; with `ca` clients need a certificate (mutual TLS). */
  readonly clientTls?: TlsOptions
  /** Shortest session timeout that a client gets. Default 2000. A server's bounds hold for sessions that are opened through it. */
  readonly sessionTimeoutMinMs?: number
  /** Longest session timeout that a client gets. Default 60000. A server's bounds hold for sessions that are opened through it. */
  readonly sessionTimeoutMaxMs?: number
  readonly timings?: NodeTimings
  readonly limits?: NodeLimits
  /** Silent when absent. */
  readonly logger?: Logger
  /** Gives up starting: `startNode` closes what is open and rejects with its reason. It has no effect afterwards. */
  readonly signal?: AbortSignal
  /**
   * Runs the server in a worker thread: an event loop of the application that stands still for a while then costs no leadership. `client`,
   * `on`, `waitFor` and the others work the same; `status` is up to a tenth of a second old, and `replica` is out of reach.
   */
  readonly isolate?: boolean
}

/** The keys of a config, for the check of unknown ones. */
export const configKeys: readonly string[] = [
  'cluster',
  'id',
  'dataDir',
  'secret',
  'peers',
  'listen',
  'clients',
  'tls',
  'clientTls',
  'sessionTimeoutMinMs',
  'sessionTimeoutMaxMs',
  'timings',
  'limits',
  'logger',
  'signal',
  'isolate',
] satisfies (keyof NodeConfig)[]
