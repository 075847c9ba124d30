import type { Epoch } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

/** Epochs that a run may take: so many for each fault (and its end), and for the first start. */
const perFault = 2
const atStart = 6

export const noLivelock: Invariant = {
  name: 'I30',
  title: 'Elections come to an end: no more epochs are used up than faults explain, and none once a leader is established in peace.',
  source: 'protocol §2.16 I30; amendments 10, 15, 17; known-bugs S23, S64, S67',
  create: (context) => {
    let most: Epoch = 0
    const check = (epoch: Epoch): void => {
      if (epoch <= most) return
      most = epoch
      const allowed = perFault * context.faults() + atStart
      if (epoch > allowed) context.fail(`epoch ${epoch} after ${context.faults()} faults, where ${allowed} are more than enough`)
    }
    return {
      onRecord: (_server, record) => {
        if (record.kind === 'promise') check(record.epoch)
      },
    }
  },
}
