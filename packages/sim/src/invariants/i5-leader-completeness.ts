import { CommitLog } from './committed.ts'
import type { Invariant } from './invariant.ts'

export const leaderCompleteness: Invariant = {
  name: 'I5',
  title: 'Who leads an epoch has every entry that was committed in an earlier one.',
  source: 'protocol §2.16 I5; Raft §5.4; known-bugs S1, S31, S39, S41',
  create: (context) => {
    const commits = new CommitLog()
    const seen = new Set<string>()
    return {
      onSend: (server, body) => {
        if (body.type === 'append') commits.note(server)
      },
      onStep: (server) => {
        const { id, incarnation, core } = server
        const view = core?.view
        if (core === null || view?.role !== 'leading') return
        const who = `${id}/${incarnation}/${view.leaderEpoch}`
        if (!seen.has(who)) {
          seen.add(who)
          for (const [index, commit] of commits.entries()) {
            if (commit.inEpoch >= view.leaderEpoch || index < view.firstIndex || core.epochAt(index) === commit.epoch) continue
            context.fail(
              `server ${id} leads epoch ${view.leaderEpoch} and has ${core.epochAt(index)}.${index} where ${commit.epoch}.${index} was committed in epoch ${commit.inEpoch}`,
            )
          }
        }
        commits.note(server)
      },
    }
  },
}
