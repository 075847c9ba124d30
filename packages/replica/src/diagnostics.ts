import { channel } from 'node:diagnostics_channel'
import type { Epoch, NodeId, Role } from '@synod/interface/protocol'
import type { LeadershipStrength, SynodError } from '@synod/interface'

/** What is published on `node:diagnostics_channel`, by channel name. */
export interface ReplicaDiagnostics {
  'synod:replica:role': {
    readonly id: NodeId
    readonly role: Role
    readonly strength: LeadershipStrength
    readonly epoch: Epoch
    readonly leader: NodeId | null
  }
  'synod:replica:halt': { readonly id: NodeId; readonly error: SynodError; readonly lastEvents: readonly string[] }
  /** A connection was closed because a frame could not be understood. `count` is of this replica's life. */
  'synod:replica:bad-frame': { readonly id: NodeId; readonly peer: NodeId; readonly reason: string; readonly count: number }
}

const channels = {
  'synod:replica:role': channel('synod:replica:role'),
  'synod:replica:halt': channel('synod:replica:halt'),
  'synod:replica:bad-frame': channel('synod:replica:bad-frame'),
}

/** Publishes to whoever listens; costs nothing when nobody does. */
export function publish<K extends keyof ReplicaDiagnostics>(name: K, payload: ReplicaDiagnostics[K]): void {
  if (channels[name].hasSubscribers) channels[name].publish(payload)
}
