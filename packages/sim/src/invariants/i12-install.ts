import type { Epoch } from '@synod/interface/protocol'
import { CommitLog } from './committed.ts'
import { Heard, lifeOf } from './heard.ts'
import type { Invariant } from './invariant.ts'

export const install: Invariant = {
  name: 'I12',
  title:
    'A snapshot replaces a log only on the word of who has the promise, and only where nothing committed is lost by it; memory follows the disk.',
  source: 'protocol §2.10, amendments 3, 4; known-bugs S9, S36, S44',
  create: (context) => {
    const heard = new Heard()
    const commits = new CommitLog()
    const told = new Map<string, Set<Epoch>>()
    return {
      onReceive: (server, message, frame) => {
        const { body } = message
        if (body.type !== 'snapshotBegin' && body.type !== 'snapshotChunk') return
        if (!heard.admits(server, message, frame)) return
        const name = `${lifeOf(server)} ${body.type === 'snapshotBegin' ? body.snapshot.id : body.snapshotId}`
        told.set(name, (told.get(name) ?? new Set<Epoch>()).add(body.epoch))
      },
      onSend: (server, body) => {
        if (body.type === 'append') commits.note(server)
      },
      onStep: (server) => {
        commits.note(server)
        const { id, core, disk } = server
        const { epoch, index } = disk.base
        if (core !== null && index > 0 && core.epochAt(index) !== epoch)
          context.fail(`the disk of server ${id} has a snapshot of ${epoch}.${index}, its memory has ${core.epochAt(index)}.${index}`)
      },
      onRecord: (server, record) => {
        if (record.kind !== 'snapbase') return
        const { id, disk } = server
        const { zxid, id: snapshotId } = record.snapshot
        const name = `snapshot ${zxid.epoch}.${zxid.index}`
        if (zxid.index < disk.base.index) context.fail(`server ${id} goes back to ${name}; its log begins after ${disk.base.index}`)
        if (disk.epochAt(zxid.index) === zxid.epoch) return
        context.count('logs replaced by snapshots')
        if (zxid.index > disk.base.index && zxid.index <= disk.last.index) context.count('logs replaced that differ')
        for (let index = zxid.index + 1; index <= disk.last.index; index += 1) {
          const epoch = disk.epochAt(index)
          if (index > disk.base.index && commits.at(index)?.epoch === epoch)
            context.fail(`server ${id} installs ${name} and cuts off ${epoch}.${index}, which is committed`)
        }
        const epochs = told.get(`${lifeOf(server)} ${snapshotId}`)
        if (epochs?.has(disk.promisedEpoch) !== true)
          context.fail(
            `server ${id}, which has promised ${disk.promisedEpoch}, installs ${name} that was sent in ${Array.from(epochs ?? []).join(', ') || 'no epoch'}`,
          )
      },
    }
  },
}
