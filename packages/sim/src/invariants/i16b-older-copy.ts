import type { Micros, NodeId } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'

/** So long it takes at most until peers that know of a later life are met. */
const meetMicros: Micros = 2_000_000

export const olderCopy: Invariant = {
  name: 'I16b',
  title: 'A server that was given an older copy of its disk never leads, and halts when it meets those who know its later life.',
  source: 'protocol §2.3, amendments 8 and 45; known-bugs §3.4 (restore from old backup), S73',
  create: (context) => {
    const restored = new Set<NodeId>()
    const began = new Map<string, Micros>()
    const check = ({ id, lives, isUp, core }: ObservedServer): void => {
      if (!isUp || !restored.has(id) || core?.view.halted === true) return
      // A supervisor starts it again and again; the end of all may come before it is found out once more.
      if (context.now() - (began.get(`${id}/${lives}`) ?? context.now()) < meetMicros) return
      context.fail(`server ${id} goes on with an older copy of its disk`)
    }
    return {
      onDiskReplaced: ({ id }, by) => {
        if (by === 'older') restored.add(id)
      },
      onStep: ({ id, lives, core }) => {
        const life = `${id}/${lives}`
        if (restored.has(id) && !began.has(life)) began.set(life, context.now())
        if (core?.view.role === 'leading' && restored.has(id)) context.fail(`server ${id} leads with an older copy of its disk`)
      },
      atEnd: () => {
        for (const server of context.servers) check(server)
      },
    }
  },
}
