import type { SnapshotMeta, WalRecord } from '@synod/interface/protocol'

/** What a disk holds, record by record, apart from the core that wrote it: base, epoch of each entry, promise. */
export interface DiskView {
  base: number
  readonly epochs: Map<number, number>
  last: number
  promised: number
}

export function emptyDisk(): DiskView {
  return { base: 0, epochs: new Map(), last: 0, promised: 0 }
}

export function persistRecord(view: DiskView, record: WalRecord): void {
  switch (record.kind) {
    case 'promise':
      view.promised = Math.max(view.promised, record.epoch)
      break
    case 'entries':
      for (const entry of record.entries) {
        view.epochs.set(entry.index, entry.epoch)
        view.last = entry.index
      }
      break
    case 'truncate':
      for (let at = record.keepIndex + 1; at <= view.last; at += 1) view.epochs.delete(at)
      view.last = record.keepIndex
      break
    case 'snapbase':
      rebase(view, record.snapshot)
      break
    default:
      break
  }
}

function rebase(view: DiskView, snapshot: SnapshotMeta): void {
  if (view.epochs.get(snapshot.zxid.index) === snapshot.zxid.epoch) return
  view.epochs.clear()
  view.base = snapshot.zxid.index
  view.last = snapshot.zxid.index
  view.epochs.set(snapshot.zxid.index, snapshot.zxid.epoch)
}
