import type { NodeId } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

export const promise: Invariant = {
  name: 'I2',
  title: 'A durable promise never falls, and within an epoch it changes only to the leader of that epoch.',
  source: 'protocol §2.16 I2, amendment 32',
  create: (context) => {
    const leaders = new Map<number, NodeId>()
    return {
      onStep: ({ id, core }) => {
        if (core?.view.role === 'leading') leaders.set(core.view.leaderEpoch, id)
      },
      onRecord: ({ id, disk }, record) => {
        if (record.kind !== 'promise') return
        const { epoch, candidate } = record
        if (epoch < disk.promisedEpoch) context.fail(`server ${id} promises epoch ${epoch} after it has promised ${disk.promisedEpoch}`)
        if (epoch !== disk.promisedEpoch || candidate === disk.promisedTo || disk.promisedTo === 0) return
        if (leaders.get(epoch) === candidate) return
        context.fail(`server ${id} promised epoch ${epoch} to ${disk.promisedTo} and then to ${candidate}, who does not lead it`)
      },
    }
  },
}
