import type { LogIndex } from '@synod/interface/protocol'
import { Heard, lifeOf } from './heard.ts'
import type { Invariant } from './invariant.ts'

export const proved: Invariant = {
  name: 'I3b',
  title: 'A follower acknowledges, and takes for committed, no more than the messages of that leader prove to match.',
  source: 'protocol §2.8; known-bugs S45 and §5 (ackWholeLog)',
  create: (context) => {
    const heard = new Heard()
    const matched = new Map<string, LogIndex>()
    return {
      onReceive: (server, message, frame) => {
        const { body } = message
        if (body.type !== 'append' || !heard.admits(server, message, frame)) return
        const follower = `${lifeOf(server)}/${body.epoch}/${frame.from.id}`
        const end = body.prevZxid.index + body.entries.length
        if (end > (matched.get(follower) ?? 0)) matched.set(follower, end)
      },
      onSend: (server, body, to) => {
        if (body.type !== 'appended' || !body.ok || body.durableIndex === 0) return
        const { id, core, disk } = server
        const end = matched.get(`${lifeOf(server)}/${body.epoch}/${to}`) ?? 0
        // What a snapshot stands for is committed.
        const base = Math.max(disk.base.index, (core?.view.firstIndex ?? 1) - 1)
        if (body.durableIndex > Math.max(end, base))
          context.fail(`server ${id} acknowledges ${body.durableIndex} to the leader of ${body.epoch}, whose messages went up to ${end}`)
      },
    }
  },
}
