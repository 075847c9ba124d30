import type { NodeId } from '@synod/interface/protocol'

/**
 * What both ends know of a connection, and therefore agree on.
 *
 * `generation` counts the connections of a pair of incarnations: a server dials with 1 + the greatest that it has seen, so a dial
 * with a greater number says "what we had is gone". Two servers that dial at the same time choose the same number.
 */
export interface ConnectionKey {
  readonly incarnation: number
  readonly generation: number
  readonly dialer: NodeId
}

/**
 * What to do with a candidate while another connection to that peer is open:
 * `replace` – the old one is dead in the peer's eyes; `handover` – both are fine and the candidate is the one to keep;
 * `redundant` – the one we have is the one to keep; `stale` – an older process with the peer's id.
 */
export type Preference = 'replace' | 'handover' | 'redundant' | 'stale'

/**
 * Ranks two connections of one pair, and gives the same winner at both ends: the newer incarnation, then the greater generation,
 * then the smaller dialer's. Equal in all three means that the same server dials again because its last try failed: the newer one
 * wins. Neither end ever closes a connection unless the one that beats it is open there, so a pair never ends with none
 * (ZOOKEEPER-2164: a rule by id alone left a restarted server outside).
 */
export function preference(current: ConnectionKey, candidate: ConnectionKey): Preference {
  if (candidate.incarnation !== current.incarnation) return candidate.incarnation > current.incarnation ? 'replace' : 'stale'
  if (candidate.generation !== current.generation) return candidate.generation > current.generation ? 'replace' : 'redundant'
  if (candidate.dialer === current.dialer) return 'replace'
  return candidate.dialer < current.dialer ? 'handover' : 'redundant'
}
