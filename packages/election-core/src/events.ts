import type { ClusterId, LogIndex, Member, Micros, NodeId, PeerMessage, SnapshotMeta } from '@synod/interface/protocol'

/** A message with the header of the frame that carried it. */
export interface Incoming {
  readonly type: 'message'
  readonly clusterId: ClusterId
  readonly generation: number
  readonly from: Member
  readonly fromIncarnation: number
  readonly message: PeerMessage
}

/**
 * Everything that can happen to a core. All inbound messages, heartbeats included, go through `step` (R4, S34).
 */
export type CoreEvent =
  /** Once, first. The core asks for its new incarnation to be made durable and is silent before that (amendment 38). */
  | { readonly type: 'start' }
  | Incoming
  /** All WAL records up to and including those of the step that returned this `walSequence` are durable. */
  | { readonly type: 'durable'; readonly sequence: number }
  | { readonly type: 'opened'; readonly peer: NodeId }
  | { readonly type: 'closed'; readonly peer: NodeId }
  | { readonly type: 'refused'; readonly peer: NodeId }
  | { readonly type: 'roundTrip'; readonly peer: NodeId; readonly micros: Micros }
  /** `timerAt` of the last effects has come. */
  | { readonly type: 'tick' }
  /** Commands for the log; answered in the same step by a `proposed` or `refused` notice with this id. */
  | {
      readonly type: 'propose'
      readonly proposalId: number
      readonly commands: readonly Uint8Array[]
      readonly timeMs: number
      /** Peers that forwarded some of them, and answer their clients when they know of the commit. */
      readonly awaitedBy?: readonly NodeId[]
    }
  /** Answered by `readReady` or `readFailed`, perhaps much later or never (then time it out). Ids are never reused. */
  | { readonly type: 'read'; readonly readId: number }
  /** Leave leadership now, and do not take it again: a graceful stop. */
  | { readonly type: 'resign' }
  /** A snapshot of an applied position is stored; entries below `keepFrom` may go. */
  | { readonly type: 'snapshotTaken'; readonly snapshot: SnapshotMeta; readonly keepFrom: LogIndex }
  /** Answer to a `read` snapshot command. */
  | {
      readonly type: 'snapshotRead'
      readonly to: NodeId
      readonly snapshotId: string
      readonly offset: number
      readonly bytes: Uint8Array
      readonly last: boolean
    }
  /** Answer to a `write` snapshot command: everything before `offset` is written. */
  | { readonly type: 'snapshotWritten'; readonly snapshotId: string; readonly offset: number }
  /** Answer to a `verify` snapshot command. */
  | { readonly type: 'snapshotVerified'; readonly snapshotId: string; readonly ok: boolean }
