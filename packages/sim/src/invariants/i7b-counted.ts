import type { LogIndex, NodeId } from '@synod/interface/protocol'
import { Heard, lifeOf } from './heard.ts'
import type { Invariant } from './invariant.ts'
import { isMajority } from './majority.ts'

export const counted: Invariant = {
  name: 'I7b',
  title: 'A leader holds a follower to have, and commits by, only what it has acknowledged to this life in this epoch.',
  source: 'protocol §2.8, amendments 3, 30; known-bugs S48 and §5 (staleAck)',
  create: (context) => {
    const heard = new Heard()
    const acknowledged = new Map<string, Map<NodeId, LogIndex>>()
    const snapshots = new Map<string, LogIndex>()
    const lives = new Map<string, number>()
    const committed = new Map<string, LogIndex>()
    const note = (leadership: string, from: NodeId, index: LogIndex): void => {
      const indices = acknowledged.get(leadership) ?? new Map<NodeId, LogIndex>()
      acknowledged.set(leadership, indices.set(from, Math.max(indices.get(from) ?? 0, index)))
    }
    return {
      onSend: (_server, body) => {
        if (body.type === 'snapshotBegin') snapshots.set(body.snapshot.id, body.snapshot.zxid.index)
      },
      onReceive: (server, message, frame) => {
        const { body } = message
        if (body.type !== 'appended' && body.type !== 'snapshotAck') return
        if (!heard.admits(server, message, frame)) return
        const leadership = `${lifeOf(server)}/${body.epoch}`
        const pair = `${leadership}<${frame.from.id}`
        // What an earlier life of the follower has acknowledged is asked for anew (amendment 43).
        if (lives.get(pair) !== frame.fromIncarnation) acknowledged.get(leadership)?.delete(frame.from.id)
        lives.set(pair, frame.fromIncarnation)
        if (body.type === 'snapshotAck') {
          if (body.installed) note(leadership, frame.from.id, snapshots.get(body.snapshotId) ?? 0)
        } else if (body.ok && body.conflict === null) {
          note(leadership, frame.from.id, body.durableIndex)
        }
      },
      onStep: (server) => {
        const { id, core, disk } = server
        const view = core?.view
        if (core === null || view?.role !== 'leading' || disk.config === null) return
        const leadership = `${lifeOf(server)}/${view.leaderEpoch}`
        const indices = acknowledged.get(leadership)
        for (const { id: peer } of disk.config.members) {
          const match = core.matchOf(peer)
          if (match > (indices?.get(peer) ?? 0))
            context.fail(
              `server ${id}, leading ${view.leaderEpoch}, holds server ${peer} to have ${match}; in this epoch it has acknowledged ${indices?.get(peer) ?? 0}`,
            )
        }
        const newest = view.commitIndex
        if (newest <= (committed.get(leadership) ?? 0) || core.epochAt(newest) !== view.leaderEpoch) return
        committed.set(leadership, newest)
        const holds = (from: NodeId): boolean => (from === id ? disk.last.index : (indices?.get(from) ?? 0)) >= newest
        if (!isMajority(disk.config, holds))
          context.fail(`server ${id} commits ${newest} in epoch ${view.leaderEpoch}, in which a quorum has not acknowledged it`)
      },
    }
  },
}
