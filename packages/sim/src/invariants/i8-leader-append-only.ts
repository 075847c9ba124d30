import type { Zxid } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

export const leaderAppendOnly: Invariant = {
  name: 'I8',
  title: 'A leader never shortens or overwrites its own log.',
  source: 'protocol §2.16 I8; Raft §5.3',
  create: (context) => {
    const lasts = new Map<string, Zxid>()
    return {
      onStep: ({ id, incarnation, core }) => {
        if (core === null || core.view.role !== 'leading') return
        const { leaderEpoch, lastZxid } = core.view
        const who = `${id}/${incarnation}/${leaderEpoch}`
        const before = lasts.get(who)
        if (before !== undefined && (lastZxid.index < before.index || core.epochAt(before.index) !== before.epoch)) {
          context.fail(
            `server ${id}, leading ${leaderEpoch}, had ${before.epoch}.${before.index} and now ends at ${lastZxid.epoch}.${lastZxid.index}`,
          )
        }
        lasts.set(who, lastZxid)
      },
    }
  },
}
