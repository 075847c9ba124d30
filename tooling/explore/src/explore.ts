import { Violation } from '@synod/sim'
import { Atlas } from './atlas.ts'
import type { Bounds } from './bounds.ts'
import { Moves } from './moves.ts'
import type { Found, Progress } from './search.ts'
import { Search } from './search.ts'
import { Start } from './start.ts'
import { storyOf } from './story.ts'

export interface ExploreOptions {
  readonly bounds: Bounds
  readonly statesMax: number
  readonly secondsMax: number
  readonly onProgress?: (progress: Progress) => void
}

/** What an exploration has found out. */
export interface Explored extends Omit<Found, 'path' | 'violation'> {
  readonly bounds: Bounds
  /** Turns of the core that were computed: each once, however many states share it. */
  readonly turns: number
  readonly machines: number
  /** Moves not made because they lead beyond the bound on epochs. */
  readonly pruned: number
  readonly violation: { readonly invariant: string; readonly message: string } | null
  /** The shortest behaviour that ends in the violation, one line per event. */
  readonly story: readonly string[]
}

/** The core is broken on the way to the start. */
const nothing: Omit<Found, 'violation'> = {
  ...{ states: 0, transitions: 0, depth: 0, frontier: 0, seconds: 0, cpuSeconds: 0 },
  ...{ exhausted: false, path: [], deadEnds: 0 },
}

/** Reaches every state within the bounds and checks the invariants in each; stops at the first violation. */
export function explore({ bounds, statesMax, secondsMax, onProgress = () => undefined }: ExploreOptions): Explored {
  const atlas = new Atlas()
  const moves = new Moves(atlas, bounds)
  const start = new Start(atlas, bounds)
  let found: Found
  try {
    start.reach(bounds)
    found = new Search(moves, { statesMax, secondsMax, onProgress }).run(start.state)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    found = { ...nothing, violation: error }
  }
  const { path, violation, ...numbers } = found
  return {
    ...numbers,
    bounds,
    turns: atlas.turns,
    machines: atlas.sizes.machines,
    pruned: moves.pruned,
    violation: violation && { invariant: violation.invariant, message: violation.message },
    story: violation === null ? [] : storyOf(atlas, [...start.path, ...path]),
  }
}
