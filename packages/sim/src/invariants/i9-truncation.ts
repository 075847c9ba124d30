import type { LogIndex, WalRecord } from '@synod/interface/protocol'
import { CommitLog } from './committed.ts'
import type { Invariant } from './invariant.ts'

export const truncation: Invariant = {
  name: 'I9',
  title: 'No committed entry is ever cut off a log.',
  source: 'protocol §2.16 I9; known-bugs S15, S17, S40, S43, S49',
  create: (context) => {
    const commits = new CommitLog()
    return {
      onSend: (server, body) => {
        if (body.type === 'append') commits.note(server)
      },
      onStep: (server) => {
        commits.note(server)
      },
      onRecord: ({ id, disk }, record) => {
        const from = firstCut(record)
        if (from === null || from > disk.last.index) return
        context.count('truncations')
        for (let index = from; index <= disk.last.index; index += 1) {
          const epoch = disk.epochAt(index)
          if (index > disk.base.index && commits.at(index)?.epoch === epoch)
            context.fail(`server ${id} cuts off ${epoch}.${index}, which is committed`)
        }
      },
    }
  },
}

/** First index that this record takes away from a log that has it; `null`: none. */
function firstCut(record: WalRecord): LogIndex | null {
  if (record.kind === 'truncate') return record.keepIndex + 1
  if (record.kind === 'entries') return record.prev.index + 1
  return null
}
