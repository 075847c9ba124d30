import type { FaultAction } from './actions.ts'
import type { Theme } from './theme.ts'

export const shortLives: Theme = {
  name: 'short-lives',
  title: 'Servers restart before what was meant for their earlier lives has come.',
  nodesMin: 3,
  everyMicros: 700_000,
  shape: (_random, traits) => ({ ...traits, network: { ...traits.network, lossy: true } }),
  episode: ({ random, at, ids }) => {
    const node = random.pick(ids)
    const downMicros = 5_000 + random.below(60_000)
    const death: FaultAction = { at, kind: 'crash', node, effects: random.below(4), power: random.chance(0.3), downMicros }
    const others = ids.filter((id) => id !== node)
    const late = others.flatMap((from): readonly FaultAction[] => {
      const back = at + downMicros + random.below(200_000)
      return [
        { at: back, kind: 'stale', from, to: node, frames: 40, forMicros: 500_000 },
        { at: back, kind: 'stale', from: node, to: from, frames: 20, forMicros: 300_000 },
      ]
    })
    return [death, ...late]
  },
}

export const stillbornCandidates: Theme = {
  name: 'stillborn-candidates',
  title:
    'A candidate dies with its promise on the way to its disk, and campaigns again without having heard of the voters that granted it.',
  nodesMin: 4,
  everyMicros: 1_600_000,
  shape: (random, traits) => ({
    ...traits,
    network: { ...traits.network, peers: { minMicros: 20, maxMicros: random.pick([60, 2_000]) } },
    disk: { syncMinMicros: 1_000, syncMaxMicros: random.pick([4_000, 20_000]) },
  }),
  episode: ({ random, at, ids }) => {
    // Of equal logs the greatest id campaigns, and it asks the smallest first.
    const candidate = ids.at(-1 - random.below(2)) ?? 1
    const asked = ids.filter((id) => id !== candidate).slice(0, 1 + random.below(2))
    const death: FaultAction = {
      at,
      kind: 'crash',
      node: 'leader',
      effects: 0,
      power: random.chance(0.3),
      downMicros: 600_000 + random.below(600_000),
    }
    const again: FaultAction = {
      at: at + random.below(random.pick([12_000, 40_000])),
      kind: 'crash',
      node: candidate,
      effects: 1 + random.below(16),
      power: random.chance(0.7),
      downMicros: 1_000 + random.below(20_000),
    }
    const slow: FaultAction = { at, kind: 'slow-disk', node: candidate, extraMicros: random.pick([20_000, 100_000]), forMicros: 150_000 }
    const deaf: FaultAction = {
      at,
      kind: 'edges',
      name: 'delay',
      directions: asked.map((other) => [String(other), String(candidate)]),
      fault: { extraDelayMicros: random.pick([150_000, 300_000]) },
      forMicros: 400_000,
    }
    return [death, slow, deaf, again]
  },
}
