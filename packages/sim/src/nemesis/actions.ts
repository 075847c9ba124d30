import type { Micros, NodeId } from '@synod/interface/protocol'
import type { EdgeFault } from '../network/edge.ts'

/** Kinds of faults, as the command line names them. */
export const faultKinds = [
  'crash',
  'power',
  'stop',
  'pause',
  'suspend',
  'partition',
  'loss',
  'delay',
  'bandwidth',
  'break',
  'half-open',
  'refuse',
  'slow-disk',
  'failing-disk',
  'full-disk',
  'wipe',
  'rot',
  'misdirect',
  'restore',
  'stale',
  'move',
  'stall',
  'oom',
  'wall-clock',
  'client-crash',
  'client-pause',
  'client-cut',
  'client-break',
] as const

/** Faults that need a second server. */
export const lonelyKinds: readonly FaultKind[] = [
  'partition',
  'break',
  'half-open',
  'refuse',
  'wipe',
  'rot',
  'misdirect',
  'restore',
  'stale',
]

export type FaultKind = (typeof faultKinds)[number]

/** A server: by number, or who leads when it happens. */
export type Target = NodeId | 'leader'

/** From whom to whom, names of processes: servers `1`, `2` …, clients `c1`, `c2` …. */
export type Direction = readonly [from: string, to: string]

/** One fault, as data: what a schedule is made of. `at` is virtual microseconds since the faults began. */
export type FaultAction =
  /** Ends a server's process: at once, or right before its `effects`-th write or send from then. `power`: its whole machine. */
  | {
      readonly at: Micros
      readonly kind: 'crash'
      readonly node: Target
      readonly effects: number
      readonly power: boolean
      readonly downMicros: Micros
    }
  | { readonly at: Micros; readonly kind: 'power'; readonly nodes: readonly NodeId[]; readonly downMicros: Micros }
  | { readonly at: Micros; readonly kind: 'stop'; readonly node: Target; readonly downMicros: Micros }
  | { readonly at: Micros; readonly kind: 'pause'; readonly node: Target; readonly forMicros: Micros; readonly stopClock: boolean }
  /** Something is wrong with these directions. `name` says what, for people. */
  | {
      readonly at: Micros
      readonly kind: 'edges'
      readonly name: string
      readonly directions: readonly Direction[]
      readonly fault: Partial<EdgeFault>
      readonly forMicros: Micros
    }
  /**
   * A server is cut off from the other servers. `breaks`: their connections to it break first. `withClients`: clients are on its side of
   * the cut, and cannot reach the others; else they reach everybody.
   */
  | {
      readonly at: Micros
      readonly kind: 'cut'
      readonly node: Target
      readonly ways: 'both' | 'out' | 'in'
      readonly breaks: boolean
      readonly withClients?: boolean
      readonly forMicros: Micros
    }
  | { readonly at: Micros; readonly kind: 'break'; readonly a: NodeId; readonly b: NodeId }
  | { readonly at: Micros; readonly kind: 'half-open'; readonly a: NodeId; readonly b: NodeId }
  | { readonly at: Micros; readonly kind: 'refuse'; readonly node: Target; readonly forMicros: Micros }
  | { readonly at: Micros; readonly kind: 'slow-disk'; readonly node: Target; readonly extraMicros: Micros; readonly forMicros: Micros }
  /** The `writes`-th write from then fails, and all after it in that life. */
  | { readonly at: Micros; readonly kind: 'failing-disk'; readonly node: Target; readonly writes: number }
  | { readonly at: Micros; readonly kind: 'full-disk'; readonly node: Target; readonly forMicros: Micros }
  /** The server ends, its disk is emptied, and it starts again. */
  | { readonly at: Micros; readonly kind: 'wipe'; readonly node: NodeId; readonly downMicros: Micros }
  /** The server ends, one bit of its disk flips, and it starts again. */
  | { readonly at: Micros; readonly kind: 'rot'; readonly node: NodeId; readonly downMicros: Micros }
  /** The server ends, a piece of its disk holds what belongs to another place, and it starts again. */
  | { readonly at: Micros; readonly kind: 'misdirect'; readonly node: NodeId; readonly downMicros: Micros }
  /** The server is started twice, then ends, gets the disk as it was before that, and starts again, `restarts` times more if it halts. */
  | { readonly at: Micros; readonly kind: 'restore'; readonly node: NodeId; readonly restarts: number; readonly downMicros: Micros }
  /** So many frames that `from` once sent to `to`, in whatever life and over whatever connection, arrive again or only now. */
  | {
      readonly at: Micros
      readonly kind: 'stale'
      readonly from: NodeId
      readonly to: NodeId
      readonly frames: number
      readonly forMicros: Micros
    }
  /** The server ends and starts again at another address: nobody tells its peers and clients that their connections are over. */
  | { readonly at: Micros; readonly kind: 'move'; readonly node: Target; readonly downMicros: Micros }
  /** The server stalls in the middle of a step: its `effects`-th write or send from then and what follows leave so much later. */
  | { readonly at: Micros; readonly kind: 'stall'; readonly node: Target; readonly effects: number; readonly forMicros: Micros }
  /** Memory runs out while the `entries`-th entry from then is applied: the state machine throws. */
  | { readonly at: Micros; readonly kind: 'oom'; readonly node: Target; readonly entries: number; readonly downMicros: Micros }
  | { readonly at: Micros; readonly kind: 'wall-clock'; readonly node: Target; readonly millis: number }
  /** A server alone with these clients, cut off from its peers and paused a while after that. */
  | {
      readonly at: Micros
      readonly kind: 'siege'
      readonly node: Target
      readonly clients: readonly string[]
      readonly forMicros: Micros
      readonly isolateAfter: Micros
      readonly pauseMicros: Micros
      readonly apartMicros: Micros
    }
  | { readonly at: Micros; readonly kind: 'client-crash'; readonly client: string; readonly downMicros: Micros }
  | { readonly at: Micros; readonly kind: 'client-pause'; readonly client: string; readonly forMicros: Micros }
  | { readonly at: Micros; readonly kind: 'client-break'; readonly client: string }

/** An action in a few words. */
export function describeAction(action: FaultAction): string {
  const { at, kind, ...rest } = action
  const words = Object.entries(rest).map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
  return `+${(at / 1_000_000).toFixed(3)} s ${kind} ${words.join(' ')}`
}
