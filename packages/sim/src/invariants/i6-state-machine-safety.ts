import type { Entry, LogIndex } from '@synod/interface/protocol'
import { sameEntry } from './i4-log-matching.ts'
import type { Invariant } from './invariant.ts'

export const stateMachineSafety: Invariant = {
  name: 'I6',
  title: 'One entry per applied index, on all servers, for ever, applied in order and without a hole.',
  source: 'protocol §2.16 I6; known-bugs S8, S31',
  create: (context) => {
    const applied = new Map<LogIndex, Entry>()
    const last = new Map<string, LogIndex>()
    return {
      onApply: ({ id, lives }, entry) => {
        const present = applied.get(entry.index)
        if (present === undefined) applied.set(entry.index, { ...entry, payload: entry.payload.slice() })
        else if (!sameEntry(present, entry)) {
          context.fail(
            `server ${id} applies ${entry.epoch}.${entry.index} (${entry.type}) where ${present.epoch}.${present.index} (${present.type}) was applied`,
          )
        }
        const life = `${id}/${lives}`
        const before = last.get(life)
        if (before !== undefined && entry.index !== before + 1) context.fail(`server ${id} applies ${entry.index} after ${before}`)
        last.set(life, entry.index)
      },
      onRestore: ({ id, lives }, zxid) => {
        last.set(`${id}/${lives}`, zxid.index)
      },
    }
  },
}
