import type { NodeId } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

const voices = new Set(['ackEpoch', 'appended', 'newEpoch', 'append', 'fetched', 'snapshotAck'])

export const amnesia: Invariant = {
  name: 'I16',
  title: 'A server that lost its disk has no voice: it grants, acknowledges and leads nothing.',
  source: 'protocol §2.16 I16, §2.1b; known-bugs S16, S59, S73',
  create: (context) => {
    const lost = new Set<NodeId>()
    return {
      onDiskReplaced: ({ id }, by) => {
        if (by === 'empty') lost.add(id)
      },
      onSend: ({ id }, body) => {
        if (!lost.has(id) || !voices.has(body.type)) return
        if (body.type === 'ackEpoch' && !body.granted) return
        if (body.type === 'appended' && !body.ok) return
        context.fail(`server ${id} has lost its disk and sends ${body.type}`)
      },
    }
  },
}
