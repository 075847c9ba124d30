import type { NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { Direction } from './actions.ts'

/** Shapes of a broken network (known-bugs §3.4). */
export const graphNames = ['split', 'one-way', 'isolate', 'deaf', 'mute', 'bridge', 'star', 'line', 'single-edge', 'single-way'] as const

export type GraphName = (typeof graphNames)[number]

/** The directions that a graph of this shape leaves dark, drawn over all servers. */
export function cutGraph(name: GraphName, ids: readonly NodeId[], random: RandomStream): readonly Direction[] {
  const order = random.shuffle(ids)
  const [first = 1, second = first] = order
  switch (name) {
    case 'split':
    case 'one-way': {
      const at = half(order, random)
      return between(order.slice(0, at), order.slice(at), name === 'split')
    }
    case 'isolate':
      return between([first], order.slice(1), true)
    case 'deaf':
      return between(order.slice(1), [first], false)
    case 'mute':
      return between([first], order.slice(1), false)
    case 'bridge': {
      const rest = order.slice(1)
      const at = Math.ceil(rest.length / 2)
      return between(rest.slice(0, at), rest.slice(at), true)
    }
    case 'star':
      return unless(order, (a, b) => a === first || b === first)
    case 'line':
      return unless(order, (a, b) => Math.abs(order.indexOf(a) - order.indexOf(b)) === 1)
    case 'single-edge':
      return between([first], [second], true)
    case 'single-way':
      return between([first], [second], false)
  }
}

function half(order: readonly NodeId[], random: RandomStream): number {
  return Math.max(1, Math.min(order.length - 1, Math.floor(order.length / 2) + random.below(2)))
}

function between(left: readonly NodeId[], right: readonly NodeId[], both: boolean): readonly Direction[] {
  const directions: Direction[] = []
  for (const a of left) {
    for (const b of right) {
      if (a === b) continue
      directions.push([String(a), String(b)])
      if (both) directions.push([String(b), String(a)])
    }
  }
  return directions
}

function unless(ids: readonly NodeId[], connected: (a: NodeId, b: NodeId) => boolean): readonly Direction[] {
  const directions: Direction[] = []
  for (const a of ids) for (const b of ids) if (a !== b && !connected(a, b)) directions.push([String(a), String(b)])
  return directions
}
