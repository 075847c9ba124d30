import type { Invariant } from './invariant.ts'

export const electionSafety: Invariant = {
  name: 'I1',
  title: 'At most one life of one server ever leads an epoch.',
  source: 'protocol §2.16 I1; Raft §5.2',
  create: (context) => {
    const leaders = new Map<number, string>()
    return {
      onStep: ({ id, incarnation, core }) => {
        const view = core?.view
        if (view?.role !== 'leading') return
        const who = `server ${id}, life ${incarnation}`
        const present = leaders.get(view.leaderEpoch)
        if (present === who) return
        if (present !== undefined) context.fail(`${who} and ${present} both lead epoch ${view.leaderEpoch}`)
        leaders.set(view.leaderEpoch, who)
        context.count('elections')
      },
    }
  },
}
