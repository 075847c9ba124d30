import type { LogIndex, Micros, NodeId } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

/** A probe that nobody answers is sent again with every heartbeat. */
const heartbeatMicros: Micros = 50_000
/** Beyond those: in the pipeline, as a probe, and each of them once more. A new connection begins anew: it lost what the last one carried. */
const timesMost = 8

/** Entries that go out again and again from one place of the log. */
interface Repeated {
  readonly since: Micros
  readonly faults: number
  times: number
}

interface Sender {
  readonly id: NodeId
  readonly lives: number
}

export const resends: Invariant = {
  name: 'I24b',
  title: 'A leader does not send the same entries again and again while the follower acknowledges nothing.',
  source: 'protocol §2.8, §2.16 I24; amendment 35',
  create: (context) => {
    const sent = new Map<string, Map<LogIndex, Repeated>>()
    const pairOf = (leader: Sender, epoch: number, to: NodeId): string => `${leader.id}/${leader.lives}/${epoch}>${to}`
    const forget = (leader: Sender, to: NodeId): void => {
      for (const pair of sent.keys()) if (pair.startsWith(`${leader.id}/${leader.lives}/`) && pair.endsWith(`>${to}`)) sent.delete(pair)
    }
    return {
      onSend: (server, body, to) => {
        // Said to whoever is met by a new connection. A leader that was frozen may find several at once.
        if (body.type === 'announce') forget(server, to)
        if (body.type !== 'append' || body.entries.length === 0) return
        const pair = pairOf(server, body.epoch, to)
        const places = sent.get(pair) ?? new Map<LogIndex, Repeated>()
        sent.set(pair, places)
        const { index } = body.prevZxid
        const before = places.get(index)
        const now = context.now()
        const repeated = before?.faults === context.faults() ? before : { since: now, faults: context.faults(), times: 0 }
        places.set(index, repeated)
        repeated.times += 1
        if (repeated.times <= timesMost + (now - repeated.since) / heartbeatMicros) return
        context.fail(
          `server ${server.id} has sent server ${to} the entries after ${index} ${repeated.times} times within ${now - repeated.since} µs`,
        )
      },
      onReceive: (server, { body }, frame) => {
        if (body.type === 'appended' && body.durableIndex > 0) sent.delete(pairOf(server, body.epoch, frame.from.id))
      },
    }
  },
}
