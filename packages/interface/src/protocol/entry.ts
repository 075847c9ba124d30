import type { Epoch, LogIndex } from './ids.ts'

/**
 * - `epoch`: first entry of every epoch, written by its leader; payload is the encoded `ClusterConfig`
 * - `command`: a command of the state machine, opaque to everything else
 * - `config`, `release`, `recovery`: later stages (protocol §2.9, §2.12, §2.13)
 */
export type EntryType = 'epoch' | 'command' | 'config' | 'release' | 'recovery'

/** One entry of the replicated log. */
export interface Entry {
  readonly epoch: Epoch
  readonly index: LogIndex
  readonly type: EntryType
  /** Wall clock of the leader's driver at propose, integer ms, never below the previous entry's. Serves ctime and mtime, and no decision. */
  readonly timeMs: number
  readonly payload: Uint8Array
}

/** One row of an epoch table: the last index that this log holds of that epoch. Tables are sorted by ascending epoch. */
export interface EpochEnd {
  readonly epoch: Epoch
  readonly lastIndex: LogIndex
}
