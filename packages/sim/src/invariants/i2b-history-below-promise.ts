import type { Invariant } from './invariant.ts'

export const historyBelowPromise: Invariant = {
  name: 'I2b',
  title: 'No durable entry is of an epoch above the durable promise.',
  source: 'protocol §2.16 I2b; known-bugs S2, S28 (ioOrder)',
  create: (context) => ({
    onRecord: ({ id, disk }, record) => {
      if (record.kind === 'entries') {
        for (const { epoch, index } of record.entries) {
          if (epoch > disk.promisedEpoch)
            context.fail(`server ${id} stores entry ${epoch}.${index} while its disk has promised only ${disk.promisedEpoch}`)
        }
      }
      if (record.kind === 'snapbase' && record.snapshot.zxid.epoch > disk.promisedEpoch) {
        context.fail(
          `server ${id} stores a snapshot of epoch ${record.snapshot.zxid.epoch} while its disk has promised only ${disk.promisedEpoch}`,
        )
      }
    },
  }),
}
