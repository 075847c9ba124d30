import type { Micros, NodeId } from '@synod/interface/protocol'
import type { EdgeFault } from '../network/edge.ts'
import type { FaultAction } from './actions.ts'
import type { Theme } from './theme.ts'

export const shortLives: Theme = {
  name: 'short-lives',
  title: 'Servers restart before what was meant for their earlier lives has come.',
  nodesMin: 3,
  everyMicros: 1_400_000,
  shape: (_random, traits) => ({ ...traits, network: { ...traits.network, lossy: true } }),
  episode: ({ random, at, ids }) => {
    const node = random.pick(ids)
    const others = ids.filter((id) => id !== node)
    const lifeMicros = 250_000 + random.below(400_000)
    const lives = random.pick([1, 2, 4])
    // Questions of a new life wait longer for their answers than those to the old one take to come.
    const far: FaultAction = {
      at,
      kind: 'edges',
      name: 'delay',
      directions: others.map((from) => [String(from), String(node)]),
      fault: { extraDelayMicros: random.pick([0, 5_000, 20_000, 60_000]) },
      forMicros: lives * lifeMicros,
    }
    const deaths = Array.from({ length: lives }, (_, life): readonly FaultAction[] => {
      const from = at + life * lifeMicros
      const downMicros = 5_000 + random.below(60_000)
      return [
        ...others.map((other): FaultAction => ({ at: from, kind: 'stale', from: other, to: node, frames: 60, forMicros: lifeMicros })),
        { at: from, kind: 'crash', node, effects: random.below(4), power: random.chance(0.3), downMicros },
        ...others.map((other): FaultAction => ({
          at: from + downMicros,
          kind: 'stale',
          from: node,
          to: other,
          frames: 20,
          forMicros: 300_000,
        })),
      ]
    })
    return [far, ...deaths.flat()]
  },
}

export const stillbornCandidates: Theme = {
  name: 'stillborn-candidates',
  title:
    'A candidate dies with its promise on the way to its disk when only one voter was asked, and asks again in its next life, before it has heard of that voter (protocol, trace T7).',
  nodesMin: 5,
  everyMicros: 3_500_000,
  shape: (random, traits) => ({
    ...traits,
    network: { ...traits.network, peers: { minMicros: 20, maxMicros: random.pick([60, 400]) }, lossy: false },
    disk: { syncMinMicros: 200, syncMaxMicros: 900 },
  }),
  episode: ({ random, at, ids }) => {
    const [candidate = 1, asked = 2, gone = 3, ...late] = random.shuffle(ids)
    const farMicros = 60_000 + random.below(100_000)
    const again = at + 2 * farMicros + random.below(farMicros + 120_000)
    const forMicros = 1_800_000
    // Nobody but the candidate reaches a quorum.
    const apart = late.flatMap((a, place) => [...late.slice(place + 1), ...(place === 0 ? [asked] : [])].map((b) => [a, b] as const))
    const edges = (from: Micros, directions: readonly (readonly [NodeId, NodeId])[], fault: Partial<EdgeFault>): FaultAction => ({
      at: from,
      kind: 'edges',
      name: fault.blackHole === true ? 'partition' : 'delay',
      directions: directions.map(([a, b]) => [String(a), String(b)]),
      fault,
      forMicros: at + forMicros - from,
    })
    const death = (from: Micros): FaultAction => ({ at: from, kind: 'crash', node: candidate, effects: 0, power: true, downMicros: 2_000 })
    return [
      edges(at, [...apart, ...apart.map(([a, b]) => [b, a] as const)], { blackHole: true }),
      edges(
        at,
        late.map((other) => [candidate, other] as const),
        { extraDelayMicros: farMicros },
      ),
      { at, kind: 'power', nodes: [gone], downMicros: forMicros },
      death(at),
      { at: at + 15_000, kind: 'slow-disk', node: candidate, extraMicros: 500_000, forMicros: again - at - 15_000 },
      death(again),
      edges(again, [[asked, candidate]], { extraDelayMicros: 2 * farMicros + 150_000 + random.below(100_000) }),
      ...late.map((node): FaultAction => ({ at: again, kind: 'slow-disk', node, extraMicros: 5 * farMicros, forMicros: 1_000_000 })),
    ]
  },
}
