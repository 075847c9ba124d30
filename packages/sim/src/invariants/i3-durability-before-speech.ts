import type { LogIndex } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'

export const durabilityBeforeSpeech: Invariant = {
  name: 'I3',
  title:
    'Every promise granted and every entry acknowledged is on the disk of who says so, at that moment; so is the own promise of who leads.',
  source: 'protocol §2.16 I3, amendment 2; known-bugs S1, S3, S6, S14, S51, S79',
  create: (context) => {
    /**
     * How far each life's log has been on the disk under its present promise and the one before: a sync may take in what a new leader
     * cuts again, and the acknowledgement that waited for it goes out late, not false.
     */
    const reached = new Map<string, { before: LogIndex; now: LogIndex }>()
    const lifeOf = ({ id, lives }: ObservedServer): string => `${id}/${lives}`
    return {
      onRecord: (server, record) => {
        const { before, now } = reached.get(lifeOf(server)) ?? { before: 0, now: 0 }
        if (record.kind === 'promise') reached.set(lifeOf(server), { before: Math.max(before, now), now: 0 })
        if (record.kind === 'entries') reached.set(lifeOf(server), { before, now: Math.max(now, record.entries.at(-1)?.index ?? 0) })
      },
      onStep: ({ id, core, disk }) => {
        if (core?.view.role === 'leading' && disk.promisedEpoch < core.view.leaderEpoch)
          context.fail(`server ${id} leads epoch ${core.view.leaderEpoch}; its disk has promised ${disk.promisedEpoch}`)
      },
      onReceive: ({ core }, { body }, { from, fromIncarnation }) => {
        const promised = core?.view.promised
        if (body.type !== 'newEpoch' || promised?.epoch !== body.epoch || promised.candidate !== from.id) return
        if (promised.candidateIncarnation < fromIncarnation) context.count('promises asked for again by another life')
      },
      onSend: (server, body, to) => {
        const { id, disk } = server
        if (body.type === 'ackEpoch' && body.granted) {
          if (disk.promisedEpoch < body.epoch)
            context.fail(`server ${id} grants epoch ${body.epoch}; its disk has promised ${disk.promisedEpoch}`)
          const { promisedEpoch, promisedTo, promisedIncarnation } = disk
          if (promisedEpoch === body.epoch && promisedTo === to && promisedIncarnation !== body.candidateIncarnation)
            context.fail(
              `server ${id} grants epoch ${body.epoch} to life ${body.candidateIncarnation} of server ${to}; its disk has promised it to life ${promisedIncarnation}`,
            )
        }
        if (body.type === 'appended' && body.ok && body.durableIndex > 0) {
          if (disk.promisedEpoch < body.epoch)
            context.fail(`server ${id} acknowledges in epoch ${body.epoch}; its disk has promised ${disk.promisedEpoch}`)
          const wasThere = body.epoch < disk.promisedEpoch && (reached.get(lifeOf(server))?.before ?? 0) >= body.durableIndex
          if (disk.last.index < body.durableIndex && !wasThere)
            context.fail(`server ${id} acknowledges entry ${body.durableIndex}; its disk ends at ${disk.last.index}`)
        }
        if (body.type === 'snapshotAck' && body.installed && disk.snapshot?.id !== body.snapshotId && disk.base.index === 0) {
          context.fail(`server ${id} acknowledges snapshot ${body.snapshotId}, which its disk does not have`)
        }
      },
    }
  },
}
