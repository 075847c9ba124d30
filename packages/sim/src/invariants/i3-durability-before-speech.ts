import type { Invariant } from './invariant.ts'

export const durabilityBeforeSpeech: Invariant = {
  name: 'I3',
  title:
    'Every promise granted and every entry acknowledged is on the disk of who says so, at that moment; so is the own promise of who leads.',
  source: 'protocol §2.16 I3, amendment 2; known-bugs S1, S3, S6, S14, S51, S79',
  create: (context) => ({
    onStep: ({ id, core, disk }) => {
      if (core?.view.role === 'leading' && disk.promisedEpoch < core.view.leaderEpoch)
        context.fail(`server ${id} leads epoch ${core.view.leaderEpoch}; its disk has promised ${disk.promisedEpoch}`)
    },
    onReceive: ({ core }, { body }, { from, fromIncarnation }) => {
      const promised = core?.view.promised
      if (body.type !== 'newEpoch' || promised?.epoch !== body.epoch || promised.candidate !== from.id) return
      if (promised.candidateIncarnation < fromIncarnation) context.count('promises asked for again by another life')
    },
    onSend: ({ id, disk }, body, to) => {
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
        if (disk.last.index < body.durableIndex)
          context.fail(`server ${id} acknowledges entry ${body.durableIndex}; its disk ends at ${disk.last.index}`)
      }
      if (body.type === 'snapshotAck' && body.installed && disk.snapshot?.id !== body.snapshotId && disk.base.index === 0) {
        context.fail(`server ${id} acknowledges snapshot ${body.snapshotId}, which its disk does not have`)
      }
    },
  }),
}
