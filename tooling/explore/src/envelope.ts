import type { CoreEvent, ElectionCore, Outgoing } from '@synod/election-core'
import type { NodeId, PeerBody, Status } from '@synod/interface/protocol'
import { eraOf, eraSize } from './canonical.ts'
import type { Inside } from './inside.ts'
import { insideOf } from './inside.ts'

/**
 * A message on its way, without the numbers that differ between equal states: its place in its sender's numbering, and the place of what
 * it echoes in its receiver's, are named by the moment of sending (an era), because that is all the core ever asks of them.
 */
export interface Flight {
  readonly from: NodeId
  readonly to: NodeId
  readonly incarnation: number
  readonly toIncarnation: number
  readonly era: number
  readonly echo: { readonly incarnation: number; readonly era: number }
  readonly body: PeerBody
}

/** Takes a message out of its sender's numbering. */
export function takeOff(core: ElectionCore, out: Outgoing): Flight {
  const { message, to } = out
  const { member, incarnation } = core.view
  const era = eraOf(peerIn(core, to), message.sequence)
  const echo = { incarnation: message.echo.incarnation, era: Math.floor(message.echo.sequence / eraSize) - 1 }
  return { from: member.id, to, incarnation, toIncarnation: message.toIncarnation, era, echo, body: message.body }
}

/** What one server believes of another in the canvass. */
export const beliefs = ['truth', 'supporter', 'ignorant supporter'] as const
export type Belief = (typeof beliefs)[number]

/**
 * What `teller` could tell `hearer`: how it stands; or that it looks for a leader and would follow the hearer, as it may have said
 * earlier, and knowing of no promise, as it may have said long ago.
 */
export function rumour(teller: ElectionCore, hearer: ElectionCore, belief: Belief): Flight {
  const { role, leader, leaderEpoch, confirmed, member, promised, incarnation, durableZxid, store } = teller.view
  const [from, to] = [member.id, hearer.view.member.id]
  const hint =
    role === 'leading' || role === 'following' ? { id: leader, epoch: leaderEpoch, alive: role === 'following' || confirmed } : null
  const isTrue = belief === 'truth'
  const body: Status = {
    type: 'status',
    role: isTrue ? role : 'looking',
    lastZxid: isTrue ? durableZxid : { epoch: 0, index: 0 },
    priority: 0,
    promisedEpoch: belief === 'ignorant supporter' ? 0 : promised.epoch,
    promisedTo: belief === 'ignorant supporter' ? 0 : promised.candidate,
    leader: isTrue ? hint : null,
    reach: [1, 2, 3],
    quorumConnected: false,
    supports: to,
    faulty: false,
    store,
    formatId: '',
    nextInMicros: 50_000,
  }
  const heard = (peerIn(hearer, from)['sentAt'] as readonly unknown[]).length - 1
  return { from, to, incarnation, toIncarnation: 0, era: 0, echo: { incarnation: hearer.view.incarnation, era: heard }, body }
}

/** Puts a message into its receiver's numbering: newer than all before it, for links deliver in order. */
export function land(core: ElectionCore, flight: Flight): CoreEvent {
  const peer = peerIn(core, flight.from)
  const seen = peer['incarnation'] === flight.incarnation ? (peer['seenSequence'] as number) : 0
  const floor = (flight.era + 1) * eraSize
  const { echo } = flight
  return {
    type: 'message',
    clusterId: core.view.clusterId,
    generation: 0,
    from: { id: flight.from, instance: 1 },
    fromIncarnation: flight.incarnation,
    message: {
      toIncarnation: flight.toIncarnation,
      sequence: seen < floor ? floor : seen < floor + eraSize ? seen + 1 : floor,
      echo: { incarnation: echo.incarnation, sequence: ownSequence(peer, echo.era) },
      body: flight.body,
    },
  }
}

/** The newest of its moment: what was sent in one moment is echoed together. */
function ownSequence(peer: Inside, era: number): number {
  const sent = peer['sentAt'] as readonly { readonly sequence: number }[]
  if (era < 0 || era >= sent.length) return 0
  return (sent[era + 1]?.sequence ?? (peer['outSequence'] as number) + 1) - 1
}

/** What a core knows of another server. */
export function peerIn(core: ElectionCore, id: NodeId): Inside {
  const peers = insideOf(core)['peers'] as readonly Inside[]
  const peer = peers.find((each) => each['id'] === id)
  if (!peer) throw new Error(`server ${core.view.member.id} knows no server ${id}`)
  return peer
}
