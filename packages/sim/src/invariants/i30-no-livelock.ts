import type { Epoch } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

/** Epochs that a run may take: so many for each fault (and its end), and for the first start. */
const perFault = 2
const atStart = 6
/** A network that loses goes on making leaders suspected for as long as it does, by silence of a retransmission's length (amendment 24). */
const perLossySecond = 2

export const noLivelock: Invariant = {
  name: 'I30',
  title: 'Elections come to an end: no more epochs are used up than faults explain, and none once a leader is established in peace.',
  source: 'protocol §2.16 I30; amendments 10, 15, 17; known-bugs S23, S64, S67',
  create: (context) => {
    let most: Epoch = 0
    let lossy = 0
    const check = (epoch: Epoch): void => {
      if (epoch <= most) return
      most = epoch
      const allowed = perFault * context.faults() + lossy + atStart
      if (epoch > allowed) context.fail(`epoch ${epoch} after ${context.faults()} faults, where ${allowed} are more than enough`)
    }
    return {
      onFault: (action) => {
        if (action.kind === 'edges' && (action.fault.drop ?? 0) > 0) lossy += perLossySecond * Math.ceil(action.forMicros / 1_000_000)
      },
      onRecord: (_server, record) => {
        if (record.kind === 'promise') check(record.epoch)
      },
    }
  },
}
