import type { Micros, NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { Traits } from '../traits.ts'
import type { FaultAction } from './actions.ts'
import { entriesPerSnapshot, everywhere, type Episode, type Theme } from './theme.ts'

/** Long enough for others to suspect a leader; not always long enough for it to notice itself. */
function untilSuspected(random: RandomStream): Micros {
  return 150_000 + random.below(random.pick([100_000, 400_000, 900_000]))
}

function tiny(random: RandomStream, traits: Traits): Traits {
  return {
    ...traits,
    replica: {
      ...traits.replica,
      appendBytesMax: random.pick([1, 300, 2_000]),
      snapshotLogBytesMin: random.pick([200, 20_000]),
      snapshotLogEntriesMax: random.pick([entriesPerSnapshot(random, traits), 1_000]),
      keepEntries: random.pick([0, 5]),
    },
  }
}

/** Frames between servers are lost, repeated and overtaken all the time. */
function unreliable({ random, at, ids }: Episode, lateMicros: Micros): readonly FaultAction[] {
  const fault = { drop: random.pick([0, 0.02, 0.1]), duplicate: random.pick([0.1, 0.4]), reorder: random.pick([0.05, 0.3]), lateMicros }
  return [{ at, kind: 'edges', name: 'loss', directions: everywhere(ids), fault, forMicros: 86_400_000_000 }]
}

/** One of the ways in which a leader goes. */
function endLeader(random: RandomStream, at: Micros): FaultAction {
  const node = 'leader'
  switch (random.below(5)) {
    case 0:
      return { at, kind: 'stop', node, downMicros: random.below(300_000) }
    case 1:
      return { at, kind: 'crash', node, effects: random.below(8), power: random.chance(0.3), downMicros: random.below(600_000) }
    case 2:
      return { at, kind: 'pause', node, forMicros: untilSuspected(random), stopClock: false }
    default:
      return {
        at,
        kind: 'cut',
        node,
        ways: random.pick(['both', 'out', 'in']),
        breaks: random.chance(0.3),
        forMicros: untilSuspected(random),
      }
  }
}

export const deposedLeaders: Theme = {
  name: 'deposed-leaders',
  title: 'Leaders are cut off with clients that go on writing, and come back with entries that nobody else has.',
  nodesMin: 3,
  everyMicros: 1_000_000,
  shape: (random, traits) => ({ ...tiny(random, traits), network: { ...traits.network, lossy: random.chance(0.6) } }),
  throughout: (episode) => (episode.random.chance(0.8) ? unreliable(episode, episode.random.pick([50_000, 1_500_000])) : []),
  episode: ({ random, at }) => {
    const cut = (from: Micros): FaultAction => ({
      at: from,
      kind: 'cut',
      node: 'leader',
      ways: 'both',
      breaks: random.chance(0.3),
      withClients: random.chance(0.6),
      forMicros: untilSuspected(random),
    })
    return random.chance(0.5) ? [cut(at)] : [cut(at), cut(at + 200_000 + random.below(400_000))]
  },
}

export const duellingCandidates: Theme = {
  name: 'duelling-candidates',
  title: 'A leader goes while disks and links are slow, so that several campaign at once, some without what others have.',
  nodesMin: 3,
  everyMicros: 1_300_000,
  shape: (random, traits) => ({
    ...tiny(random, traits),
    network: { ...traits.network, lossy: random.chance(0.6) },
    disk: random.pick([traits.disk, { syncMinMicros: 1_000, syncMaxMicros: 40_000 }]),
  }),
  throughout: (episode) => unreliable(episode, 400_000),
  episode: ({ random, at, ids }) => {
    const end = at + 20_000 + random.below(200_000)
    const slow = ids
      .filter(() => random.chance(0.6))
      .map((node): FaultAction => ({
        at: at + random.below(100_000),
        kind: 'slow-disk',
        node,
        extraMicros: random.pick([30_000, 120_000, 300_000]),
        forMicros: 100_000 + random.below(800_000),
      }))
    const directions = everywhere(ids).filter(() => random.chance(0.3))
    const delay: FaultAction = {
      at: end,
      kind: 'edges',
      name: 'delay',
      directions,
      fault: { extraDelayMicros: random.pick([5_000, 50_000, 250_000]) },
      forMicros: 300_000 + random.below(700_000),
    }
    return [...slow, delay, endLeader(random, end), ...restarts(random, end, ids)]
  },
}

/** Short deaths in the middle of what follows. */
function restarts(random: RandomStream, from: Micros, ids: readonly NodeId[]): readonly FaultAction[] {
  return ids
    .filter(() => random.chance(0.3))
    .map((node): FaultAction => ({
      at: from + random.below(400_000),
      kind: 'crash',
      node,
      effects: 1 + random.below(6),
      power: random.chance(0.5),
      downMicros: 5_000 + random.below(100_000),
    }))
}

export const briefLeaders: Theme = {
  name: 'brief-leaders',
  title: 'A leader is out of reach for a moment, its successor dies right after its election, and the old one is back.',
  nodesMin: 3,
  everyMicros: 700_000,
  shape: (random, traits) => ({
    ...traits,
    name: `${traits.name}, near and fast`,
    network: { peers: { minMicros: 20, maxMicros: random.pick([60, 400]) }, clients: traits.network.clients, lossy: random.chance(0.3) },
    disk: { syncMinMicros: 20, syncMaxMicros: random.pick([60, 900, 4_000]) },
  }),
  episode: ({ random, at, ids }) => {
    const breaks = random.chance(0.7)
    // Broken links are noticed after 10 ms, silence after 150.
    const suspected = breaks ? 10_000 : 150_000
    const forMicros = suspected + random.below(80_000)
    const cut: FaultAction = { at, kind: 'cut', node: 'leader', ways: breaks ? 'both' : 'out', breaks, forMicros }
    const death: FaultAction = {
      at: at + suspected + random.below(30_000),
      kind: 'crash',
      node: 'leader',
      effects: random.below(8),
      power: random.chance(0.3),
      downMicros: random.pick([5_000, 50_000, 700_000]) + random.below(50_000),
    }
    return random.chance(0.3) ? [cut, death, ...restarts(random, at, ids)] : [cut, death]
  },
}

export const lateFrames: Theme = {
  name: 'late-frames',
  title: 'Frames arrive again after seconds, under other leaders, and after restarts.',
  nodesMin: 3,
  everyMicros: 900_000,
  shape: (random, traits) => ({ ...tiny(random, traits), network: { ...traits.network, lossy: true } }),
  throughout: (episode) => unreliable(episode, episode.random.pick([300_000, 2_000_000, 5_000_000])),
  episode: ({ random, at, ids }) => {
    const stale = ids.flatMap((to): readonly FaultAction[] => {
      const from = random.pick(ids)
      return from === to ? [] : [{ at: at + random.below(900_000), kind: 'stale', from, to, frames: 30, forMicros: 400_000 }]
    })
    return [endLeader(random, at), ...stale, ...(random.chance(0.4) ? restarts(random, at, ids) : [])]
  },
}

export const pausedLeaders: Theme = {
  name: 'paused-leaders',
  title: 'Leaders stand still for as long as sessions last, and their disks are slow.',
  nodesMin: 2,
  everyMicros: 2_500_000,
  shape: (_random, traits) => ({ ...traits, sessionTimeoutMs: 2_000 }),
  episode: ({ random, at, ids }) => {
    const forMicros = 100_000 + random.below(random.pick([300_000, 2_500_000]))
    const pause: FaultAction = { at, kind: 'pause', node: 'leader', forMicros, stopClock: random.chance(0.3) }
    if (random.chance(0.5)) return [pause]
    const node = random.pick(ids)
    return [
      pause,
      {
        at: at + random.below(300_000),
        kind: 'slow-disk',
        node,
        extraMicros: random.pick([30_000, 400_000]),
        forMicros: forMicros + random.below(2_000_000),
      },
    ]
  },
}

/** What a leader knew of sessions in its first time must not count in its second. */
export const toAndFro: Theme = {
  name: 'to-and-fro',
  title: 'A leader is cut off for longer than sessions last, and leads again as soon as its successor is cut off, too.',
  nodesMin: 3,
  everyMicros: 5_500_000,
  shape: (random, traits) => ({
    ...traits,
    sessionTimeoutMs: 2_000,
    network: { ...traits.network, peers: { minMicros: 20, maxMicros: random.pick([60, 400]) }, lossy: false },
    disk: { syncMinMicros: 20, syncMaxMicros: 900 },
  }),
  episode: ({ random, at }) => {
    const away = (from: Micros, forMicros: Micros): FaultAction => ({
      at: from,
      kind: 'cut',
      node: 'leader',
      ways: 'both',
      breaks: true,
      forMicros,
    })
    const forMicros = 2_200_000 + random.below(800_000)
    return [away(at, forMicros), away(at + forMicros + 400_000, 600_000)]
  },
}
