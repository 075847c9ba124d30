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

type Trouble = (episode: Episode) => readonly FaultAction[]

const death: Trouble = ({ random, at }) => [deathOfLeader(random, at)]

const pause: Trouble = ({ random, at }) => [
  { at, kind: 'pause', node: 'leader', forMicros: 160_000 + random.below(2_500_000), stopClock: random.chance(0.2) },
]

const stop: Trouble = ({ random, at }) => [{ at, kind: 'stop', node: 'leader', downMicros: 200_000 + random.below(2_000_000) }]

/** All connections of the leader are reset, and can be made again at once (amendment 19). */
const reset: Trouble = ({ at, ids }) => ids.slice(0, -1).map((a) => ({ at, kind: 'break', a, b: ids.at(-1) ?? 1 }))

/** Disks that take a promise later than T_fresh (amendments 10, 11). */
const slowPromises: Trouble = ({ random, at, ids }) => [
  ...slowDisks(ids, at, random.pick([120_000, 270_000])),
  deathOfLeader(random, at + 500_000),
]

/** Disks of followers, under load (amendment 12). */
const slowFollowers: Trouble = ({ at, ids }) => slowDisks(ids.slice(0, -1), at, 420_000)

/** A disk too slow to lead (amendment 20). */
const slowLeader: Trouble = ({ random, at }) => [
  { at, kind: 'slow-disk', node: 'leader', extraMicros: 1_500_000 + random.below(1_000_000), forMicros: long },
]

/** A follower that reaches its leader only through the others, until that leader dies (amendment 13). */
const relayed: Trouble = ({ random, at, ids }) => {
  const leader = ids.at(-1) ?? 1
  const other = random.pick(ids.slice(0, -1))
  const pair = [
    [leader, other],
    [other, leader],
  ] as const
  const apart = blackHole(at, pair, long)
  return [apart, deathOfLeader(random, at + 1_500_000)]
}

/** A follower that hears its leader and is not heard (amendment 22). */
const halfDeaf: Trouble = ({ random, at, ids }) => [blackHole(at, [[random.pick(ids.slice(0, -1)), ids.at(-1) ?? 1]], long)]

/** Everybody is back after an outage, one after the other (amendment 9). */
const outage: Trouble = ({ random, at, ids }) =>
  ids.map((node) => ({ at, kind: 'power', nodes: [node], downMicros: 100_000 + random.below(600_000) }))

/** Each is a trouble that must cost one election at most, or none. */
const troubles: readonly Trouble[] = [death, pause, reset, slowPromises, slowFollowers, slowLeader, relayed, halfDeaf, outage]

/** Far enough apart that each is over before the next, over a network and on disks that cost little themselves. */
function lone(name: string, title: string, among: readonly Trouble[]): Theme {
  return {
    name,
    title,
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
    episode: (episode) => episode.random.pick(among)(episode),
  }
}

export const loneTroubles: Theme = lone(
  'lone-troubles',
  'One trouble comes out of a calm and is over before the next: what it costs is counted.',
  troubles,
)

/** One of the troubles alone: by name only. */
export const singleTroubles: readonly Theme[] = [
  lone('lone-pauses', 'The leader stops and goes on, and nothing else happens.', [pause]),
  lone('lone-stops', 'The leader is asked to stop, and started again, and nothing else happens.', [stop]),
  lone('lone-half-deafness', 'A follower hears its leader and is not heard, and nothing else happens.', [halfDeaf]),
]
