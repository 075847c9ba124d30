import type { Micros, NodeId } from '@synod/interface/protocol'
import { Heard, lifeOf } from './heard.ts'
import type { Invariant } from './invariant.ts'
import { isMajority } from './majority.ts'

interface Leadership {
  readonly name: string
  /** When each follower was last heard, or may be taken to have been. */
  readonly heardAt: Map<NodeId, Micros>
  /** Nothing older counts against it: it began then, or did not run before. */
  since: Micros
  steppedAt: Micros
}

/** A pause between two steps of a leader that is no pause of its own. */
const stallMicros = 150_000

export const checkQuorum: Invariant = {
  name: 'T_down',
  title: 'A leader that runs and is answered by no quorum leaves its leadership.',
  source: 'protocol §2.5; known-bugs S66, S68; Raft §6.2 (check quorum)',
  create: (context) => {
    const heard = new Heard()
    const leaderships = new Map<NodeId, Leadership>()
    return {
      onReceive: (server, message, frame) => {
        const { body } = message
        if (body.type !== 'appended' || !heard.admits(server, message, frame)) return
        leaderships.get(server.id)?.heardAt.set(frame.from.id, context.now())
      },
      onStep: (server) => {
        const { id, core, disk } = server
        const view = core?.view
        if (view?.role !== 'leading' || disk.config === null) {
          leaderships.delete(id)
          return
        }
        const now = context.now()
        const name = lifeOf(server)
        let leadership = leaderships.get(id)
        if (leadership?.name !== name) {
          leadership = { name, heardAt: new Map(), since: now, steppedAt: now }
          leaderships.set(id, leadership)
        }
        if (now - leadership.steppedAt > stallMicros) leadership.since = now
        leadership.steppedAt = now
        const { since, heardAt } = leadership
        const answers = (from: NodeId): boolean => from === id || now - Math.max(heardAt.get(from) ?? 0, since) <= context.downMicros
        if (!isMajority(disk.config, answers))
          context.fail(`server ${id} leads epoch ${view.leaderEpoch} although no quorum has answered for ${context.downMicros / 1000} ms`)
      },
    }
  },
}
