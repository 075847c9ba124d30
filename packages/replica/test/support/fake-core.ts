import type { Outgoing } from '@synod/election-core'
import type { CoreBody, NodeId } from '@synod/interface/protocol'

let sequence = 0

/** A message as the core would ask to send it. */
export function outgoing(
  to: NodeId,
  afterSequence: number,
  change: { readonly lane?: 'control' | 'bulk'; readonly body?: CoreBody } = {},
): Outgoing {
  sequence += 1
  const body = change.body ?? { type: 'resign', epoch: sequence, successor: 0 }
  return {
    to,
    afterSequence,
    lane: change.lane ?? 'control',
    message: { toIncarnation: 0, sequence, echo: { incarnation: 0, sequence: 0 }, body },
  }
}
