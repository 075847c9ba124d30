import type { NodeId } from '@synod/interface/protocol'
import { CommitLog } from './committed.ts'
import type { Invariant } from './invariant.ts'
import { isMajority } from './majority.ts'

export const commit: Invariant = {
  name: 'I7',
  title:
    'What a leader commits is durable on a quorum; a commit index never falls within a life, nor passes what some leader has committed.',
  source: 'protocol §2.16 I7; Raft §5.4.2; known-bugs S31, S41, S45, S48',
  create: (context) => {
    const commits = new CommitLog()
    const indices = new Map<string, number>()
    /** Newest epoch that each life has been seen to lead. */
    const led = new Map<string, number>()
    /** Acknowledged before their disks were lost, perhaps: they count as holders. */
    const lost = new Set<NodeId>()
    return {
      // A leader may end in the very turn in which it commits and tells others.
      onSend: (server, body) => {
        if (body.type === 'append') commits.note(server)
      },
      onDiskReplaced: ({ id }) => {
        lost.add(id)
      },
      onStep: (server) => {
        const { id, lives, core, disk } = server
        const view = core?.view
        if (core === null || view === undefined) return
        commits.note(server)
        const life = `${id}/${lives}`
        const before = indices.get(life) ?? 0
        const ledBefore = led.get(life)
        if (view.role === 'leading') led.set(life, view.leaderEpoch)
        if (view.commitIndex === before) return
        if (view.commitIndex < before) context.fail(`the commit index of server ${id} falls from ${before} to ${view.commitIndex}`)
        indices.set(life, view.commitIndex)
        if (view.commitIndex > view.lastZxid.index)
          context.fail(`server ${id} has committed ${view.commitIndex}, its log ends at ${view.lastZxid.index}`)
        const newest = view.role === 'leading' ? view.commitIndex : undefined
        if (newest !== undefined && disk.config !== null) {
          const zxid = { epoch: core.epochAt(newest), index: newest }
          const holders = context.servers.filter((each) => lost.has(each.id) || each.disk.covers(zxid)).map((each) => each.id)
          if (!isMajority(disk.config, (each) => holders.includes(each))) {
            context.fail(
              `server ${id} commits ${zxid.epoch}.${zxid.index} in epoch ${view.leaderEpoch}; it is durable only on ${holders.join(', ') || 'none'}`,
            )
          }
          // A leader may commit and renew its epoch in one step.
          if (zxid.epoch !== view.leaderEpoch && zxid.epoch !== ledBefore)
            context.fail(`server ${id} commits ${zxid.epoch}.${zxid.index} of an older epoch by count, leading ${view.leaderEpoch}`)
        }
        if (view.role !== 'leading' && view.commitIndex > commits.last) {
          context.fail(`server ${id} has committed ${view.commitIndex}, no leader more than ${commits.last}`)
        }
      },
    }
  },
}
