import type { Micros, NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { Traits } from '../traits.ts'
import type { FaultAction } from './actions.ts'
import { entriesPerSnapshot, everywhere, type Theme } from './theme.ts'

/** Catching up takes many messages, and often a snapshot of many pieces. */
function slowly(random: RandomStream, traits: Traits): Traits {
  return {
    ...traits,
    network: { ...traits.network, lossy: random.chance(0.5) },
    replica: {
      ...traits.replica,
      appendBytesMax: random.pick([1, 200, 1_000]),
      chunkBytesMax: random.pick([1_024, 262_144]),
      snapshotLogEntriesMax: random.pick([entriesPerSnapshot(random, traits), 100]),
      keepEntries: random.pick([0, 5, 50]),
    },
  }
}

/** Something that ends what two servers are about. */
function interruption(random: RandomStream, at: Micros, who: { readonly behind: NodeId; readonly ids: readonly NodeId[] }): FaultAction {
  const { behind, ids } = who
  const other = random.pick(ids.filter((id) => id !== behind))
  const node = random.chance(0.5) ? 'leader' : behind
  switch (random.below(8)) {
    case 0:
      return { at, kind: 'break', a: behind, b: other }
    case 1:
      return { at, kind: 'half-open', a: behind, b: other }
    case 2:
      return { at, kind: 'crash', node, effects: 1 + random.below(8), power: random.chance(0.5), downMicros: 1_000 + random.below(300_000) }
    case 3:
      return { at, kind: 'stop', node: 'leader', downMicros: random.below(100_000) }
    case 4:
      return { at, kind: 'pause', node, forMicros: 50_000 + random.below(400_000), stopClock: false }
    case 5:
      return { at, kind: 'stale', from: other, to: behind, frames: 30, forMicros: 200_000 }
    default:
      return {
        at,
        kind: 'cut',
        node,
        ways: random.pick(['both', 'out', 'in']),
        breaks: random.chance(0.5),
        forMicros: 20_000 + random.below(500_000),
      }
  }
}

export const interruptedSync: Theme = {
  name: 'interrupted-sync',
  title: 'A server that was away catches up, and is interrupted while it does, several times.',
  nodesMin: 3,
  everyMicros: 1_500_000,
  shape: slowly,
  throughout: ({ at, ids, random }) => {
    const fault = { drop: 0.02, duplicate: 0.2, reorder: 0.1, lateMicros: random.pick([50_000, 1_000_000]) }
    return [{ at, kind: 'edges', name: 'loss', directions: everywhere(ids), fault, forMicros: 86_400_000_000 }]
  },
  episode: ({ random, at, ids }) => {
    const behind = random.pick(ids)
    const forMicros = 100_000 + random.below(random.pick([300_000, 1_500_000]))
    const away: FaultAction = random.chance(0.5)
      ? { at, kind: 'cut', node: behind, ways: 'both', breaks: random.chance(0.5), forMicros }
      : { at, kind: 'crash', node: behind, effects: 0, power: random.chance(0.5), downMicros: forMicros }
    const back = at + forMicros
    const count = 1 + random.below(3)
    return [away, ...Array.from({ length: count }, () => interruption(random, back + random.below(120_000), { behind, ids }))]
  },
}

export const snapshotRaces: Theme = {
  name: 'snapshot-races',
  title: 'Logs are compacted at once, so that who was away needs a snapshot, over slow links and under changing leaders.',
  nodesMin: 3,
  everyMicros: 1_500_000,
  shape: (random, traits) => {
    const slow = slowly(random, traits)
    return {
      ...slow,
      replica: { ...slow.replica, snapshotLogBytesMin: 200, snapshotLogEntriesMax: entriesPerSnapshot(random, traits), keepEntries: 0 },
    }
  },
  throughout: interruptedSync.throughout ?? (() => []),
  episode: ({ random, at, ids }) => {
    const isLeader = random.chance(0.5)
    const behind = random.pick(ids)
    const forMicros = 150_000 + random.below(random.pick([100_000, 300_000, 1_500_000]))
    const away: FaultAction = {
      at,
      kind: 'cut',
      node: isLeader ? 'leader' : behind,
      ways: 'both',
      breaks: random.chance(0.5),
      withClients: isLeader && random.chance(0.7),
      forMicros,
    }
    const back = at + forMicros
    const thin: FaultAction = {
      at: back,
      kind: 'edges',
      name: 'bandwidth',
      directions: everywhere(ids),
      fault: { bandwidth: random.pick([30_000, 300_000]) },
      forMicros: random.below(400_000),
    }
    const after = random.chance(0.6) ? [interruption(random, back + random.below(100_000), { behind, ids })] : []
    return random.chance(0.3) ? [away, thin, ...after] : [away, ...after]
  },
}

export const constrainedElection: Theme = {
  name: 'constrained-election',
  title: 'Only a server that lags can reach a quorum: it must fetch what the others have before it leads (protocol, trace T3).',
  nodesMin: 4,
  everyMicros: 2_200_000,
  shape: slowly,
  episode: ({ random, at, ids }) => {
    const [hub = 1, other = hub] = random.shuffle(ids)
    const lagMicros = 400_000 + random.below(600_000)
    const lag = (node: NodeId): FaultAction => ({ at, kind: 'cut', node, ways: 'both', breaks: true, forMicros: lagMicros })
    const then = at + lagMicros
    const spokes = everywhere(ids).filter(([from, to]) => from !== String(hub) && to !== String(hub))
    const forMicros = 300_000 + random.below(1_200_000)
    const star: FaultAction = { at: then, kind: 'edges', name: 'partition star', directions: spokes, fault: { blackHole: true }, forMicros }
    const death: FaultAction = { at: then, kind: 'crash', node: 'leader', effects: 0, power: random.chance(0.5), downMicros: forMicros }
    const trouble = random.chance(0.5) ? [interruption(random, then + random.below(300_000), { behind: hub, ids })] : []
    return [lag(hub), lag(other), death, star, ...trouble]
  },
}

/** Snapshots all the time, and syncs that take as long as everything else: whatever is lost lies between two of them. */
export const snapshotCrashes: Theme = {
  name: 'snapshot-crashes',
  title: 'Servers lose power one after the other while each replaces its log by a snapshot after every entry or two.',
  nodesMin: 3,
  everyMicros: 400_000,
  shape: (random, traits) => ({
    ...traits,
    network: { ...traits.network, peers: { minMicros: 20, maxMicros: 400 }, lossy: false },
    disk: random.pick([
      { syncMinMicros: 1_000, syncMaxMicros: 6_000 },
      { syncMinMicros: 8_000, syncMaxMicros: 20_000 },
    ]),
    replica: { ...traits.replica, snapshotLogBytesMin: 200, snapshotLogEntriesMax: random.pick([1, 2]), keepEntries: 0 },
  }),
  episode: ({ random, at, ids }) => [{ at, kind: 'power', nodes: [random.pick(ids)], downMicros: 10_000 + random.below(150_000) }],
}
