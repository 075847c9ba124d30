import type { NodeId } from '@synod/interface/protocol'
import { AskedReads } from './asked-reads.ts'
import { Heard, lifeOf } from './heard.ts'
import type { Invariant } from './invariant.ts'
import { isMajority } from './majority.ts'

interface Sent {
  readonly sequence: number
  readonly tick: number
}

/** What one life of a server has sent to another server, and how much of it was confirmed. */
class Channel {
  readonly sent: Sent[] = []
  confirmedTick = 0

  confirm(sequence: number): void {
    let count = 0
    for (const each of this.sent) {
      if (each.sequence > sequence) break
      this.confirmedTick = Math.max(this.confirmedTick, each.tick)
      count += 1
    }
    this.sent.splice(0, count)
  }
}

export const confirmed: Invariant = {
  name: 'I17',
  title:
    'A leader answers a read of a follower only when a quorum has accepted it, in its epoch, after the read had come; a follower takes the answer for what it has asked in this life, of this leader.',
  source: 'protocol §2.9, §2.16 I17, amendments 1, 30; known-bugs S52, S61',
  create: (context) => {
    const heard = new Heard()
    const channels = new Map<string, Channel>()
    const asked = new Map<string, number>()
    /** Orders what happens: virtual time does not, within a microsecond. */
    let tick = 0
    const channel = (name: string): Channel => {
      let present = channels.get(name)
      if (present === undefined) channels.set(name, (present = new Channel()))
      return present
    }
    const reads = new AskedReads()
    return {
      onStep: (server) => {
        const broken = reads.look(server)
        if (broken !== null) context.fail(broken)
      },
      onReceive: (server, message, frame) => {
        const { body, echo } = message
        if (body.type !== 'appended' && body.type !== 'readIndex' && body.type !== 'readIndexed') return
        const isMeant = heard.admits(server, message, frame)
        if (body.type === 'readIndexed') reads.answered(server, isMeant)
        if (body.type === 'readIndexed' && !isMeant && (server.core?.view.readsAsked ?? 0) > 0)
          context.count('answers to reads of another life')
        if (!isMeant || body.type === 'readIndexed') return
        tick += 1
        const pair = `${lifeOf(server)}>${frame.from.id}`
        if (body.type === 'readIndex') {
          const read = `${pair}/${frame.fromIncarnation}/${body.readId}`
          if (!asked.has(read)) asked.set(read, tick)
          return
        }
        const view = server.core?.view
        if (!body.ok || view?.role !== 'leading' || body.epoch !== view.leaderEpoch || echo.incarnation !== server.incarnation) return
        channel(pair).confirm(echo.sequence)
      },
      onEnvelope: (server, message, { to }) => {
        const { id, disk, core } = server
        const { body } = message
        if (core?.view.role !== 'leading') return
        tick += 1
        const pair = `${lifeOf(server)}>${to}`
        if (message.sequence > 0) channel(pair).sent.push({ sequence: message.sequence, tick })
        if (body.type !== 'readIndexed' || body.refused || disk.config === null) return
        const since = asked.get(`${pair}/${message.toIncarnation}/${body.readId}`) ?? tick
        const accepts = (from: NodeId): boolean => from === id || channel(`${lifeOf(server)}>${from}`).confirmedTick > since
        if (!isMajority(disk.config, accepts))
          context.fail(`server ${id} answers read ${body.readId} of server ${to} without a quorum that has confirmed it since`)
      },
    }
  },
}
