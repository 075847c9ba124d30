import type { ElectionCore } from '@synod/election-core'

/** One of the records that a core consists of: its context, a peer, a campaign … */
export type Inside = Record<string, unknown>

/** Values that never change once they are made: clones share them. */
const shared: ReadonlySet<string> = new Set(['options', 'timings', 'limits', 'status', 'config', 'payload', 'snapshot'])

/** What a core knows. The explorer reads it to tell states apart; the code that runs is the product's own, unchanged. */
export function insideOf(core: ElectionCore): Inside {
  return (core as unknown as { readonly context: Inside }).context
}

/** A core that goes on from the same point and shares nothing that changes with the first. */
export function cloneCore(core: ElectionCore): ElectionCore {
  return clone(core, '') as ElectionCore
}

function clone(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || (shared.has(name) && !hasProgress(value))) return value
  if (Array.isArray(value)) return value.map((each) => clone(each, ''))
  if (value instanceof Map) return new Map(Array.from(value, ([key, each]) => [key, clone(each, '')]))
  if (value instanceof Set) return new Set(value)
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as Inside
  for (const [key, each] of Object.entries(value)) copy[key] = clone(each, key)
  return copy
}

/** The state of a transfer is called `snapshot` like the description of one, but changes. */
function hasProgress(value: object): boolean {
  return 'acked' in value
}
