import type { NodeId } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'

export const olderCopy: Invariant = {
  name: 'I16b',
  title: 'A server that was given an older copy of its disk never leads, and halts when it meets those who know its later life.',
  source: 'protocol §2.3, amendments 8 and 45; known-bugs §3.4 (restore from old backup), S73',
  create: (context) => {
    const restored = new Set<NodeId>()
    const check = ({ id, isUp, core }: ObservedServer): void => {
      if (isUp && restored.has(id) && core?.view.halted !== true) context.fail(`server ${id} goes on with an older copy of its disk`)
    }
    return {
      onDiskReplaced: ({ id }, by) => {
        if (by === 'older') restored.add(id)
      },
      onStep: ({ id, core }) => {
        if (core?.view.role === 'leading' && restored.has(id)) context.fail(`server ${id} leads with an older copy of its disk`)
      },
      atEnd: () => {
        for (const server of context.servers) check(server)
      },
    }
  },
}
