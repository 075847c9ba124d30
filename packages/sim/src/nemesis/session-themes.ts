import type { Micros, NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { Network } from '../network/network.ts'
import type { FaultAction, FaultKind } from './actions.ts'

/** What there is to do harm to. */
interface ThemeContext {
  readonly ids: readonly NodeId[]
  readonly clients: readonly string[]
  readonly faultsMicros: Micros
  readonly kinds: readonly FaultKind[]
}

const needed: readonly FaultKind[] = ['partition', 'pause', 'slow-disk', 'client-cut', 'client-crash']

/** Seeds with a schedule that aims at sessions, of all seeds. */
const share = 0.15

/**
 * Schedules that aim at what keeps sessions alive and ends them, for one seed in seven; `null` for the others. Chance alone hardly ever
 * brings together what they bring together.
 */
export function drawSessionTheme(random: RandomStream, context: ThemeContext): readonly FaultAction[] | null {
  const possible = context.ids.length > 2 && context.clients.length > 0 && needed.every((kind) => context.kinds.includes(kind))
  if (!possible || !random.chance(share)) return null
  const theme = random.pick([siege, slowLog])
  const actions: FaultAction[] = []
  let at = random.below(1_000_000)
  while (at < context.faultsMicros - 4_000_000) at = theme(random, context, { at, actions })
  return actions.sort((a, b) => a.at - b.at)
}

/** As data: see `siege`. */
export type SiegeAction = Extract<FaultAction, { kind: 'siege' }>

interface Draft {
  readonly at: Micros
  readonly actions: FaultAction[]
}

/** Returns when the next one may begin. */
type Theme = (random: RandomStream, context: ThemeContext, draft: Draft) => Micros

/** What a siege needs of the nemesis. */
export interface SiegeHost {
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

/**
 * The leader with some clients on an island, paused for a good part of a session's time (amendment 6): another one is elected meanwhile, and
 * it must not tell its clients after the pause that they live.
 */
const siege: Theme = (random, { clients }, { at, actions }) => {
  const inside = random.shuffle(clients).slice(0, 1 + random.below(clients.length))
  const forMicros = 5_000_000 + random.below(9_000_000)
  const isolateAfter = 300_000 + random.below(1_500_000)
  const pauseMicros = 400_000 + random.below(random.pick([1_500_000, 3_000_000]))
  const apartMicros = 200_000 + random.below(1_000_000)
  actions.push({ at, kind: 'siege', node: 'leader', clients: inside, forMicros, isolateAfter, pauseMicros, apartMicros })
  return at + forMicros + random.below(1_000_000)
}

/**
 * All disks slow, and clients that die with writes under way: what comes late of them meets the end of their sessions in a log that takes long
 * to commit.
 */
const slowLog: Theme = (random, { ids, clients }, { at, actions }) => {
  const extraMicros = random.pick([50_000, 200_000, 600_000])
  const forMicros = 6_000_000 + random.below(6_000_000)
  for (const node of ids) actions.push({ at, kind: 'slow-disk', node, extraMicros, forMicros })
  for (const client of random.shuffle(clients)) {
    const killedAt = at + 200_000 + random.below(4_000_000)
    actions.push({ at: killedAt, kind: 'client-crash', client, downMicros: 100_000 + random.below(2_000_000) })
  }
  return at + forMicros + random.below(1_000_000)
}
