import { registerHooks } from 'node:module'

/** A known mistake, as a change to the built code of one module. */
export interface Mutation {
  /** What it gets wrong, in a sentence. */
  readonly title: string
  /** Built file, from `packages/`, e.g. `election-core/dist/quorum.js`. */
  readonly module: string
  /** Must be there exactly once, or the mutation no longer applies and fails. */
  readonly find: string
  readonly replace: string
  /** Where it shows, if not everywhere. Ordinary seeds have such weather too, some of them. */
  readonly weather?: Weather
}

export interface Weather {
  /** Themes of faults, in turn; `none` is one, too. Default: what the seed draws. */
  readonly themes?: readonly string[]
  /** Servers, in turn. Default: as on the command line. */
  readonly nodes?: readonly number[]
}

/** Changes a module while it is loaded, in this thread, from now on: product code has no switch for it. */
export function applyMutation(mutation: Mutation): { problem(): string | null } {
  let problem: string | null = `${mutation.module} was never loaded`
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context)
      if (!url.endsWith(`/packages/${mutation.module}`)) return loaded
      const source = String(loaded.source)
      const count = source.split(mutation.find).length - 1
      problem = count === 1 ? null : `the text to find is ${count} times in ${mutation.module}, not once: ${mutation.find}`
      return problem === null ? { ...loaded, source: source.replace(mutation.find, () => mutation.replace) } : loaded
    },
  })
  return { problem: () => problem }
}
