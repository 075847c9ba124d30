import type { Micros, NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import { lonelyKinds, type Direction, type FaultAction, type FaultKind, type Target } from './actions.ts'
import { cutGraph, graphNames } from './graphs.ts'

/** What there is to do harm to. */
export interface ScheduleContext {
  readonly ids: readonly NodeId[]
  readonly clients: readonly string[]
  readonly faultsMicros: Micros
  readonly kinds: readonly FaultKind[]
}

/**
 * A schedule of faults from the seed alone. Swarm testing: each seed draws its own mix of kinds and its own density, because faults of
 * many kinds at once hide each other.
 */
export function drawSchedule(random: RandomStream, context: ScheduleContext): readonly FaultAction[] {
  const kinds = context.kinds.filter(
    (kind) => (context.clients.length > 0 || !kind.startsWith('client')) && (context.ids.length > 1 || !lonelyKinds.includes(kind)),
  )
  const mix = kinds.filter(() => random.chance(0.3))
  if (mix.length === 0 && kinds.length > 0) mix.push(random.pick(kinds))
  if (mix.length === 0) return []
  const meanMicros = random.pick([150_000, 400_000, 1_000_000, 2_500_000])
  const actions: FaultAction[] = []
  for (let at = random.below(meanMicros); at < context.faultsMicros; at += 1 + random.below(2 * meanMicros)) {
    actions.push(drawAction(random, context, { at, kind: random.pick(mix) }))
  }
  return actions
}

function drawAction(random: RandomStream, context: ScheduleContext, what: { readonly at: Micros; readonly kind: FaultKind }): FaultAction {
  const { at, kind } = what
  const { ids } = context
  const node: Target = random.chance(0.5) ? 'leader' : random.pick(ids)
  const other = random.pick(ids)
  const [a = 1, b = a] = random.shuffle(ids)
  const downMicros = duration(random)
  switch (kind) {
    case 'crash':
      return { at, kind, node, effects: random.chance(0.7) ? 1 + random.below(12) : 0, power: random.chance(0.2), downMicros }
    case 'power':
      return { at, kind, nodes: random.chance(0.4) ? ids : random.shuffle(ids).slice(0, 1 + random.below(ids.length)), downMicros }
    case 'stop':
      return { at, kind, node, downMicros }
    case 'pause':
    case 'suspend':
      return { at, kind: 'pause', node, forMicros: duration(random), stopClock: kind === 'suspend' }
    case 'break':
    case 'half-open':
      return { at, kind, a, b }
    case 'refuse':
      return { at, kind, node, forMicros: duration(random) }
    case 'slow-disk':
      return {
        at,
        kind,
        node,
        extraMicros: random.pick([5_000, 30_000, 200_000, 1_500_000, 10_000_000, 60_000_000]),
        forMicros: duration(random),
      }
    case 'failing-disk':
      return { at, kind, node, writes: 1 + random.below(20) }
    case 'full-disk':
      return { at, kind, node, forMicros: duration(random) }
    case 'wipe':
    case 'rot':
    case 'misdirect':
      return { at, kind, node: other, downMicros }
    case 'restore':
      return { at, kind, node: other, restarts: random.below(5), downMicros }
    case 'stale':
      return { at, kind, from: a, to: b, frames: random.pick([1, 5, 30]), forMicros: duration(random) }
    case 'move':
      return { at, kind, node, downMicros: random.pick([1_000, 50_000, downMicros]) }
    case 'stall':
      return { at, kind, node, effects: 1 + random.below(12), forMicros: duration(random) }
    case 'oom':
      return { at, kind, node, entries: 1 + random.below(40), downMicros }
    case 'wall-clock':
      return { at, kind, node, millis: random.between(-3_600_000, 3_600_000) }
    case 'client-crash':
      return { at, kind, client: random.pick(context.clients), downMicros }
    case 'client-pause':
      return { at, kind, client: random.pick(context.clients), forMicros: duration(random) }
    case 'client-break':
      return { at, kind, client: random.pick(context.clients) }
    case 'partition':
    case 'loss':
    case 'delay':
    case 'bandwidth':
    case 'client-cut':
      return drawEdges(random, context, { at, kind })
  }
}

function drawEdges(
  random: RandomStream,
  context: ScheduleContext,
  what: { readonly at: Micros; readonly kind: 'partition' | 'loss' | 'delay' | 'bandwidth' | 'client-cut' },
): FaultAction {
  const { at, kind } = what
  const head = { at, kind: 'edges' as const, forMicros: duration(random) }
  if (kind === 'partition') {
    const name = random.pick(graphNames)
    return { ...head, name: `partition ${name}`, directions: cutGraph(name, context.ids, random), fault: { blackHole: true } }
  }
  if (kind === 'client-cut') {
    const client = random.pick(context.clients)
    const servers = random.chance(0.6) ? context.ids : [random.pick(context.ids)]
    const ways = random.pick(['both', 'up', 'down'])
    const directions = servers.flatMap((id): Direction[] => {
      const server = String(id)
      return [...(ways === 'down' ? [] : [[client, server] as const]), ...(ways === 'up' ? [] : [[server, client] as const])]
    })
    return { ...head, name: 'client-cut', directions, fault: { blackHole: true } }
  }
  const directions = someDirections(random, context)
  if (kind === 'loss') {
    const fault = { drop: random.pick([0.01, 0.1, 0.5]), duplicate: random.pick([0, 0.05, 0.3]), reorder: random.pick([0, 0.1, 0.5]) }
    return { ...head, name: 'loss', directions, fault }
  }
  if (kind === 'delay')
    return { ...head, name: 'delay', directions, fault: { extraDelayMicros: random.pick([2_000, 20_000, 120_000, 700_000]) } }
  return { ...head, name: 'bandwidth', directions, fault: { bandwidth: random.pick([20_000, 200_000, 2_000_000]) } }
}

function someDirections(random: RandomStream, context: ScheduleContext): readonly Direction[] {
  const names = [...context.ids.map(String), ...context.clients]
  const all = names.flatMap((from) => names.filter((to) => to !== from).map((to): Direction => [from, to]))
  const servers = all.filter(([from, to]) => !from.startsWith('c') && !to.startsWith('c'))
  if (random.chance(0.3)) return all.filter(([from, to]) => !from.startsWith('c') || !to.startsWith('c'))
  const node = String(random.pick(context.ids))
  if (random.chance(0.5)) return servers.filter(([from]) => from === node)
  return servers.filter(() => random.chance(0.4))
}

/** Mostly short, sometimes long enough for sessions to expire. */
function duration(random: RandomStream): Micros {
  const most = random.pick([20_000, 200_000, 1_000_000, 4_000_000, 12_000_000])
  return 1_000 + random.below(most)
}
