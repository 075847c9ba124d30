import type { NodeId, Zxid } from '@synod/interface/protocol'
import { compareZxid } from '@synod/interface/protocol'
import { Heard, lifeOf } from './heard.ts'
import type { Invariant, ObservedServer } from './invariant.ts'
import { isMajority } from './majority.ts'

export const elected: Invariant = {
  name: 'I5b',
  title: 'Who begins to lead an epoch has the promises of a quorum, and a log that is not behind that of any of them.',
  source: 'protocol §2.7, amendments 5, 18; known-bugs S39, S41, S48 and §5 (noFetch, partial fetch, re-epoch)',
  create: (context) => {
    const heard = new Heard()
    const grants = new Map<string, Map<NodeId, Zxid>>()
    const seen = new Set<string>()
    return {
      onReceive: (server, message, frame) => {
        const { body } = message
        if (body.type !== 'ackEpoch' || !heard.admits(server, message, frame)) return
        if (!body.granted || body.candidateIncarnation !== server.incarnation) return
        const campaign = `${lifeOf(server)}/${body.epoch}`
        const granted = grants.get(campaign) ?? new Map<NodeId, Zxid>()
        grants.set(campaign, granted.set(frame.from.id, body.lastZxid))
      },
      onStep: (server) => {
        const { id, core, disk } = server
        const view = core?.view
        if (view?.role !== 'leading' || disk.config === null) return
        const campaign = `${lifeOf(server)}/${view.leaderEpoch}`
        if (seen.has(campaign)) return
        seen.add(campaign)
        const granted = grants.get(campaign)
        const own = lastBefore(server, view.leaderEpoch)
        const isBehind = (from: NodeId): boolean => {
          const theirs = granted?.get(from)
          return theirs !== undefined && compareZxid(theirs, own) > 0
        }
        const counts = (from: NodeId): boolean => from === id || (granted?.has(from) === true && !isBehind(from))
        if (isMajority(disk.config, counts)) return
        const told = Array.from(granted ?? [], ([from, { epoch, index }]) => `server ${from} at ${epoch}.${index}`)
        context.fail(
          `server ${id} leads epoch ${view.leaderEpoch} with a log up to ${own.epoch}.${own.index} before it; granted by ${told.join(', ') || 'nobody'}`,
        )
      },
    }
  },
}

/** Where the log ended when this epoch began. */
function lastBefore({ core }: ObservedServer, epoch: number): Zxid {
  if (core === null) return { epoch: 0, index: 0 }
  let { index } = core.view.lastZxid
  while (index >= core.view.firstIndex && core.epochAt(index) === epoch) index -= 1
  return { epoch: core.epochAt(index), index }
}
