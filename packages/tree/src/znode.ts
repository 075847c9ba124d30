import type { Stat, Zxid } from '@synod/interface/protocol'
import type { ChildIndex } from './child-index.ts'

/** One node of the tree. Fields as in `Stat`; changed only by `Namespace`. */
export interface Znode {
  readonly path: string
  /** `null` for the root only. */
  readonly parent: Znode | null
  data: Uint8Array
  readonly czxid: Zxid
  mzxid: Zxid
  /** Last create or delete of a child. */
  pzxid: Zxid
  readonly ctime: number
  mtime: number
  version: number
  /** Creates and deletes of children. */
  cversion: number
  /** Session that owns it; 0 for a node that stays. */
  readonly ephemeralOwner: number
  /**
   * Number of the next sequential child. A counter of its own: ZooKeeper derives it from `cversion`, here it moves with
   * sequential creates only and is never reused while this node lives, whatever is deleted.
   */
  nextSequential: number
  /** `null` until the first child. */
  children: ChildIndex<Znode> | null
}

/** The node's `Stat` at this moment. */
export function statOf(node: Znode): Stat {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    pzxid: node.pzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    cversion: node.cversion,
    aversion: 0,
    ephemeralOwner: node.ephemeralOwner,
    dataLength: node.data.length,
    numChildren: node.children === null ? 0 : node.children.size,
  }
}
