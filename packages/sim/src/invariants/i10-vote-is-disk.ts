import type { Zxid } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'

export const voteIsDisk: Invariant = {
  name: 'I10',
  title: 'The log position that a server tells in an election is on its disk.',
  source: 'protocol §2.16 I10; known-bugs S2, S5, S10, S57',
  create: (context) => {
    const check = ({ id, disk }: ObservedServer, zxid: Zxid, where: string): void => {
      if (!disk.covers(zxid)) context.fail(`server ${id} tells ${zxid.epoch}.${zxid.index} in ${where}; its disk ends at ${disk.last.epoch}.${disk.last.index}`)
    }
    return {
      onSend: (server, body) => {
        if (body.type === 'status') check(server, body.lastZxid, 'Status')
        // One that waited for its sync may leave after the log has gone on under the leader of that epoch or a later one: late, not false.
        const superseded = body.type === 'ackEpoch' && (server.disk.last.epoch >= body.epoch || server.disk.promisedEpoch > body.epoch)
        if (body.type === 'ackEpoch' && body.granted && !superseded) check(server, body.lastZxid, 'AckEpoch')
      },
    }
  },
}
