import type { Zxid } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'

export const voteIsDisk: Invariant = {
  name: 'I10',
  title: 'The log position that a server tells in an election is on its disk.',
  source: 'protocol §2.16 I10; known-bugs S2, S5, S10, S57',
  create: (context) => {
    const check = ({ id, disk }: ObservedServer, zxid: Zxid, where: string): void => {
      // One that was made before a sync may leave after it: a position of an older epoch than the disk's is late, not false.
      if (disk.covers(zxid) || zxid.epoch < disk.last.epoch) return
      context.fail(`server ${id} tells ${zxid.epoch}.${zxid.index} in ${where}; its disk ends at ${disk.last.epoch}.${disk.last.index}`)
    }
    return {
      onSend: (server, body) => {
        if (body.type === 'status') check(server, body.lastZxid, 'Status')
        if (body.type === 'ackEpoch' && body.granted) check(server, body.lastZxid, 'AckEpoch')
      },
    }
  },
}
