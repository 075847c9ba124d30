import type { Zxid } from './ids.ts'

/** ZooKeeper's Stat, field by field. Times are ms since 1970; `ephemeralOwner` is 0 for nodes that stay. */
export interface Stat {
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly pzxid: Zxid
  readonly ctime: number
  readonly mtime: number
  readonly version: number
  readonly cversion: number
  readonly aversion: number
  readonly ephemeralOwner: number
  readonly dataLength: number
  readonly numChildren: number
}

/** One operation of an atomic transaction; `version` omitted: any. */
export type MultiOperation =
  | {
      readonly op: 'create'
      readonly path: string
      readonly data?: Uint8Array
      readonly ephemeral?: boolean
      readonly sequential?: boolean
      readonly parents?: boolean
    }
  | { readonly op: 'set'; readonly path: string; readonly data: Uint8Array; readonly version?: number }
  | { readonly op: 'delete'; readonly path: string; readonly version?: number }
  | { readonly op: 'check'; readonly path: string; readonly version?: number }

/** What the operation at the same place of the transaction did. */
export type MultiResult =
  | { readonly op: 'create'; readonly path: string; readonly stat: Stat }
  | { readonly op: 'set'; readonly stat: Stat }
  | { readonly op: 'delete' }
  | { readonly op: 'check' }
