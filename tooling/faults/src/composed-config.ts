import type { ClientServiceStats } from '@synod/client'
import type { LeadershipStrength, TransportStats } from '@synod/interface'
import type { Role, Zxid } from '@synod/interface/protocol'
import type { ReplicaTimings } from '@synod/replica'

/** Config of a server of these tests: what `synod serve` takes, and bounds that only the composed server knows. */
export interface ComposedConfig {
  readonly id: number
  readonly cluster: string
  readonly dataDir: string
  readonly peers: Readonly<Record<number, string>>
  readonly clients: { readonly port: number }
  readonly secret?: string
  readonly logLevel?: string
  readonly timings?: ReplicaTimings
  /** Composed server only: bounds of its client service. */
  readonly bounds?: { readonly outstandingRequestsMax?: number; readonly bufferedBytesMax?: number }
}

/** What a composed server can be told while it runs. */
export interface Order {
  /** Every append resolves so much later than it is durable. */
  readonly appendDelayMs?: number
}

/** What a composed server tells of itself. */
export interface Report {
  readonly role: Role
  readonly strength: LeadershipStrength
  readonly epoch: number
  readonly leader: number | null
  readonly commitIndex: number
  readonly applied: Zxid
  /** Of the state machine. */
  readonly hash: string
  readonly transport: TransportStats
  readonly clients: ClientServiceStats
  /** Clients turned away, by code. */
  readonly clientsRejected: Readonly<Record<string, number>>
  readonly peakMemoryKib: number
  readonly appendDelayMs: number
  /** The last events of its replica, oldest first. */
  readonly lastEvents: readonly string[]
}

/** The answer to a request of the test, over IPC. */
export interface Answer {
  readonly request: number
  readonly report: Report
}

/** A request of the test, over IPC. */
export interface Request {
  readonly request: number
  readonly order: Order
}
