import type { Micros, NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { FaultAction } from './actions.ts'
import type { Episode, Theme } from './theme.ts'

const long: Micros = 4_000_000

function slowDisks(ids: readonly NodeId[], at: Micros, extraMicros: Micros): readonly FaultAction[] {
  return ids.map((node) => ({ at, kind: 'slow-disk', node, extraMicros, forMicros: long }))
}

function deathOfLeader(random: RandomStream, at: Micros): FaultAction {
  return { at, kind: 'crash', node: 'leader', effects: 0, power: random.chance(0.5), downMicros: 200_000 + random.below(2_000_000) }
}

function blackHole(at: Micros, directions: readonly (readonly [NodeId, NodeId])[], forMicros: Micros): FaultAction {
  const named = directions.map(([from, to]) => [String(from), String(to)] as const)
  return { at, kind: 'edges', name: 'partition', directions: named, fault: { blackHole: true }, forMicros }
}

/** Each is a trouble that must cost one election at most, or none. */
const troubles: readonly ((episode: Episode) => readonly FaultAction[])[] = [
  ({ random, at }) => [deathOfLeader(random, at)],
  ({ random, at }) => [{ at, kind: 'pause', node: 'leader', forMicros: 160_000 + random.below(2_500_000), stopClock: random.chance(0.2) }],
  // All connections of the leader are reset, and can be made again at once (amendment 19).
  ({ at, ids }) => ids.slice(0, -1).map((a) => ({ at, kind: 'break', a, b: ids.at(-1) ?? 1 })),
  // Disks that take a promise later than T_fresh (amendments 10, 11).
  ({ random, at, ids }) => [...slowDisks(ids, at, random.pick([120_000, 270_000])), deathOfLeader(random, at + 500_000)],
  // Disks of followers, under load (amendment 12).
  ({ at, ids }) => slowDisks(ids.slice(0, -1), at, 420_000),
  // A disk too slow to lead (amendment 20).
  ({ random, at }) => [{ at, kind: 'slow-disk', node: 'leader', extraMicros: 1_500_000 + random.below(1_000_000), forMicros: long }],
  // A follower that reaches its leader only through the others, until that leader dies (amendment 13).
  ({ random, at, ids }) => {
    const leader = ids.at(-1) ?? 1
    const other = random.pick(ids.slice(0, -1))
    const pair = [
      [leader, other],
      [other, leader],
    ] as const
    const apart = blackHole(at, pair, long)
    return [apart, deathOfLeader(random, at + 1_500_000)]
  },
  // A follower that hears its leader and is not heard (amendment 22).
  ({ random, at, ids }) => [blackHole(at, [[random.pick(ids.slice(0, -1)), ids.at(-1) ?? 1]], long)],
  // Everybody is back after an outage, one after the other (amendment 9).
  ({ random, at, ids }) => ids.map((node) => ({ at, kind: 'power', nodes: [node], downMicros: 100_000 + random.below(600_000) })),
]

export const loneTroubles: Theme = {
  name: 'lone-troubles',
  title: 'One trouble comes out of a calm and is over before the next: what it costs is counted.',
  nodesMin: 3,
  everyMicros: 6_500_000,
  shape: (random, traits) => ({
    ...traits,
    name: `${traits.name}, near and fast`,
    network: { ...traits.network, peers: { minMicros: 20, maxMicros: random.pick([60, 400, 2_000]) }, lossy: false },
    disk: random.pick([
      { syncMinMicros: 20, syncMaxMicros: 60 },
      { syncMinMicros: 200, syncMaxMicros: 4_000 },
    ]),
  }),
  episode: (episode) => episode.random.pick(troubles)(episode),
}
