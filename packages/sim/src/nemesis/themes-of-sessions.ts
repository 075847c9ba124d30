import type { Micros, NodeId } from '@synod/interface/protocol'
import type { Network } from '../network/network.ts'
import type { Direction, FaultAction } from './actions.ts'
import type { Theme } from './theme.ts'

/** As data: see `besiegedClients`. */
export type SiegeAction = Extract<FaultAction, { kind: 'siege' }>

/** What a siege needs of the nemesis. */
interface SiegeHost {
  readonly network: Network
  readonly ids: readonly NodeId[]
  later(micros: Micros, run: () => void): void
  pause(forMicros: Micros): void
}

/** Brings a siege about, of this server. */
export function besiege(host: SiegeHost, node: NodeId, action: SiegeAction): void {
  const others = host.ids.filter((id) => id !== node).map(String)
  darken(host, { inside: action.clients, outside: others }, action.forMicros)
  host.later(action.isolateAfter, () => {
    darken(host, { inside: [String(node)], outside: others }, action.pauseMicros + action.apartMicros)
    host.pause(action.pauseMicros)
  })
}

function darken(
  { network, later }: SiegeHost,
  edges: { readonly inside: readonly string[]; readonly outside: readonly string[] },
  forMicros: Micros,
): void {
  const set = (blackHole: boolean): void => {
    for (const a of edges.inside) {
      for (const b of edges.outside) {
        network.setFault(a, b, { blackHole })
        network.setFault(b, a, { blackHole })
      }
    }
  }
  set(true)
  later(forMicros, () => {
    set(false)
  })
}

export const besiegedClients: Theme = {
  name: 'besieged-clients',
  title:
    'Clients are alone with a leader that is cut off from its peers and paused for a good part of their session: another is elected ' +
    'meanwhile, and it must not tell them after the pause that they live.',
  nodesMin: 3,
  everyMicros: 5_500_000,
  shape: (random, traits) => ({ ...traits, sessionTimeoutMs: random.pick([2_000, 4_000]) }),
  episode: ({ random, at, clients }) => [
    {
      at,
      kind: 'siege',
      node: 'leader',
      clients: random.shuffle(clients).slice(0, 1 + random.below(clients.length)),
      forMicros: 5_000_000 + random.below(3_000_000),
      isolateAfter: 300_000 + random.below(1_500_000),
      pauseMicros: 400_000 + random.below(random.pick([1_500_000, 3_000_000])),
      apartMicros: 200_000 + random.below(1_000_000),
    },
  ],
}

export const lateCommands: Theme = {
  name: 'late-commands',
  title: 'Clients die with writes under way, and the disks are slow: what comes late meets the end of its session in the log.',
  nodesMin: 1,
  everyMicros: 7_000_000,
  shape: (random, traits) => ({ ...traits, lateCopies: true, sessionTimeoutMs: random.pick([2_000, 4_000]) }),
  episode: ({ random, at, ids, clients }) => {
    const extraMicros = random.pick([50_000, 200_000, 600_000])
    const forMicros = 5_000_000 + random.below(5_000_000)
    return [
      ...ids.map((node): FaultAction => ({ at, kind: 'slow-disk', node, extraMicros, forMicros })),
      ...clients.map((client): FaultAction => ({
        at: at + 200_000 + random.below(4_000_000),
        kind: 'client-crash',
        client,
        downMicros: 100_000 + random.below(2_000_000),
      })),
    ]
  },
}

export const stoppedClients: Theme = {
  name: 'stopped-clients',
  title: 'Clients stand still for about as long as their sessions last, and must know when they go on that they hold nothing.',
  nodesMin: 1,
  everyMicros: 3_000_000,
  shape: (random, traits) => ({ ...traits, sessionTimeoutMs: random.pick([2_000, 4_000]) }),
  episode: ({ random, at, clients }) =>
    random
      .shuffle(clients)
      .slice(0, 1 + random.below(3))
      .map((client): FaultAction => ({
        at: at + random.below(500_000),
        kind: 'client-pause',
        client,
        forMicros: 300_000 + random.below(random.pick([2_000_000, 6_000_000])),
      })),
}

/** Clients lose their connections while servers keep no more than two changes, and one server is behind. */
export const shortHistories: Theme = {
  name: 'short-histories',
  title: 'Clients lose their connections, and servers, of which one is behind, have forgotten by then what their watches have missed.',
  nodesMin: 3,
  everyMicros: 60_000,
  shape: (random, traits) => ({
    ...traits,
    network: { ...traits.network, clients: random.pick([traits.network.clients, { minMicros: 5_000, maxMicros: 20_000 }]) },
    historyEventsMax: random.pick([1, 2, 5]),
  }),
  throughout: ({ random, at, ids }) => {
    const [behind = 1, ...others] = random.shuffle(ids)
    const fault = { extraDelayMicros: random.pick([20_000, 120_000, 400_000]) }
    const directions = others.map((id): Direction => [String(id), String(behind)])
    return [{ at, kind: 'edges', name: 'delay', directions, fault, forMicros: 86_400_000_000 }]
  },
  episode: ({ random, at, clients }) => [{ at, kind: 'client-break', client: random.pick(clients) }],
}

/** As above, and nobody but one server lets clients in, another one every moment: who is behind may be that one when a search has ended. */
export const closedDoors: Theme = {
  ...shortHistories,
  name: 'closed-doors',
  title: 'Servers forget at once what watches have missed, one is behind, and clients reach one of them at a time, soon another.',
  everyMicros: 120_000,
  episode: ({ random, at, ids, clients }) => {
    const open = random.pick(ids)
    const forMicros = 60_000 + random.below(120_000)
    return [
      ...ids.filter((id) => id !== open).map((node): FaultAction => ({ at, kind: 'refuse', node, forMicros })),
      ...clients.map((client): FaultAction => ({ at: at + random.below(20_000), kind: 'client-break', client })),
    ]
  },
}

/**
 * Of three servers the leader stands still until the others suspect it, and is back before the better of them has asked anybody: that one has
 * promised a higher epoch by then, so that the leader renews its own.
 */
export const renewedLeaders: Theme = {
  name: 'renewed-leaders',
  title: 'A leader renews its epoch in place again and again, while sessions whose clients are gone wait for their end.',
  nodesMin: 3,
  everyMicros: 2_000_000,
  shape: (random, traits) => ({
    ...traits,
    sessionTimeoutMs: 4_000,
    network: { ...traits.network, peers: { minMicros: 20, maxMicros: random.pick([60, 400]) }, lossy: false },
    disk: { syncMinMicros: 20, syncMaxMicros: 900 },
  }),
  throughout: ({ random, at, ids, clients }) => {
    const candidate = ids.at(-2) ?? 1
    const directions = ids.filter((to) => to !== candidate).map((to): Direction => [String(candidate), String(to)])
    const fault = { extraDelayMicros: 600_000 }
    return [
      { at, kind: 'edges', name: 'delay', directions, fault, forMicros: 86_400_000_000 },
      ...clients.slice(1).map((client): FaultAction => ({
        at: at + 500_000 + random.below(1_000_000),
        kind: 'client-crash',
        client,
        downMicros: 60_000_000,
      })),
    ]
  },
  episode: ({ random, at }) => [{ at, kind: 'pause', node: 'leader', forMicros: 160_000 + random.below(60_000), stopClock: false }],
}

export const peace: Theme = {
  name: 'peace',
  title: 'Nothing happens at all, for longer than sessions last: nobody loses one.',
  nodesMin: 1,
  everyMicros: 10_000_000,
  shape: (random, traits) => ({ ...traits, peace: true, sessionTimeoutMs: random.pick([2_000, 4_000]) }),
  episode: () => [],
}
