import type { NodeId } from '@synod/interface/protocol'

/** Words of a state: three machines, six queues, the past, and the rest in one word of bits. */
export const width = 11
export const ghostAt = 9
export const restAt = 10

export const servers: readonly NodeId[] = [1, 2, 3]

/** Directed links in the order of their queues. */
export const edges: readonly { readonly from: NodeId; readonly to: NodeId; readonly pair: number }[] = [
  { from: 1, to: 2, pair: 0 },
  { from: 1, to: 3, pair: 1 },
  { from: 2, to: 1, pair: 0 },
  { from: 2, to: 3, pair: 2 },
  { from: 3, to: 1, pair: 1 },
  { from: 3, to: 2, pair: 2 },
]

/** Undirected links: the two queues of each. */
export const pairs: readonly { readonly a: NodeId; readonly b: NodeId; readonly edges: readonly [number, number] }[] = [
  { a: 1, b: 2, edges: [0, 2] },
  { a: 1, b: 3, edges: [1, 4] },
  { a: 2, b: 3, edges: [3, 5] },
]

export function edgeOf(from: NodeId, to: NodeId): number {
  return edges.findIndex((edge) => edge.from === from && edge.to === to)
}

export const queueAt = (edge: number): number => 3 + edge

/** What was used up, by its place in the last word. */
const places = { crashes: 3, breaks: 5, losses: 7, writes: 9, timers: 11, campaigns: 13 } as const
export type Budget = keyof typeof places

export function used(state: Int32Array, budget: Budget): number {
  return ((state[restAt] ?? 0) >> places[budget]) & 3
}

export function use(state: Int32Array, budget: Budget): void {
  state[restAt] = (state[restAt] ?? 0) + (1 << places[budget])
}

export function isUp(state: Int32Array, pair: number): boolean {
  return (((state[restAt] ?? 0) >> pair) & 1) === 1
}

export function setUp(state: Int32Array, pair: number, up: boolean): void {
  const bit = 1 << pair
  state[restAt] = up ? (state[restAt] ?? 0) | bit : (state[restAt] ?? 0) & ~bit
}
