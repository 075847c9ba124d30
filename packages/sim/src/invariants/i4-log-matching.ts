import type { Entry } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

interface Known {
  readonly prevEpoch: number
  readonly entry: Entry
}

export const logMatching: Invariant = {
  name: 'I4',
  title: 'Entries of equal zxid are the same entry and follow the same entry, so their prefixes are equal; epochs never fall along a log.',
  source: 'protocol §2.16 I4, I4b; Raft §5.3; known-bugs S7, S30',
  create: (context) => {
    const known = new Map<string, Known>()
    return {
      onRecord: ({ id, disk }, record) => {
        if (record.kind !== 'entries') return
        let { epoch: prevEpoch, index: prevIndex } = record.prev
        if (prevIndex > disk.last.index)
          context.fail(`the log of server ${id} gets a hole: it ends at ${disk.last.index}, entries after ${prevIndex} are stored`)
        const stored = prevIndex >= disk.base.index ? disk.epochAt(prevIndex) : prevEpoch
        if (stored !== prevEpoch)
          context.fail(`server ${id} stores entries after ${prevEpoch}.${prevIndex}, but has ${stored}.${prevIndex}`)
        for (const entry of record.entries) {
          const name = `${entry.epoch}.${entry.index}`
          if (entry.index !== prevIndex + 1) context.fail(`server ${id} stores ${name} right after index ${prevIndex}`)
          if (entry.epoch < prevEpoch) context.fail(`server ${id} stores ${name} after an entry of epoch ${prevEpoch}`)
          if (entry.epoch > prevEpoch && entry.type !== 'epoch')
            context.fail(`epoch ${entry.epoch} begins with a ${entry.type} entry at server ${id}`)
          const present = known.get(name)
          if (present === undefined) known.set(name, { prevEpoch, entry })
          else if (present.prevEpoch !== prevEpoch)
            context.fail(`${name} follows an entry of epoch ${present.prevEpoch}, and of ${prevEpoch} at server ${id}`)
          else if (!sameEntry(present.entry, entry)) context.fail(`${name} is another entry at server ${id} than elsewhere`)
          prevEpoch = entry.epoch
          prevIndex = entry.index
        }
      },
    }
  },
}

export function sameEntry(a: Entry, b: Entry): boolean {
  return a.epoch === b.epoch && a.index === b.index && a.type === b.type && a.timeMs === b.timeMs && sameBytes(a.payload, b.payload)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false
  return true
}
