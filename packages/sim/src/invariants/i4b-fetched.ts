import { Heard, lifeOf } from './heard.ts'
import type { Invariant } from './invariant.ts'

export const fetched: Invariant = {
  name: 'I4b',
  title: 'A log is handed to a candidate only while the promise is to that candidate; and epochs never fall along a log in memory.',
  source: 'protocol §2.7, §2.16 I4b; known-bugs §5 (fetch answered after promising another)',
  create: (context) => {
    const heard = new Heard()
    /** Questions that came while they had to be answered, less the answers. */
    const open = new Map<string, number>()
    return {
      onReceive: (server, message, frame) => {
        const { body } = message
        if (body.type !== 'fetch' || !heard.admits(server, message, frame)) return
        const promised = server.core?.view.promised
        const isHis =
          promised?.epoch === body.epoch && promised.candidate === frame.from.id && promised.candidateIncarnation === frame.fromIncarnation
        const question = `${lifeOf(server)}/${body.epoch}/${frame.from.id}`
        if (isHis) open.set(question, (open.get(question) ?? 0) + 1)
      },
      onSend: (server, body, to) => {
        if (body.type !== 'fetched' && !(body.type === 'snapshotBegin' && body.forFetch)) return
        const question = `${lifeOf(server)}/${body.epoch}/${to}`
        const left = (open.get(question) ?? 0) - 1
        if (left < 0)
          context.fail(`server ${server.id} hands its log to server ${to} for epoch ${body.epoch}, which it has not promised to it`)
        open.set(question, left)
      },
      onStep: ({ id, core }) => {
        if (core === null) return
        const { firstIndex, lastZxid } = core.view
        const base = core.epochAt(firstIndex - 1)
        if (lastZxid.epoch < base) context.fail(`the log of server ${id} ends in epoch ${lastZxid.epoch} and begins after one of ${base}`)
      },
    }
  },
}
