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
  /** Further changes of the same module, where two checks guard the same. */
  readonly also?: readonly { readonly find: string; readonly replace: string }[]
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
      let source = String(loaded.source)
      problem = null
      for (const { find, replace } of [mutation, ...(mutation.also ?? [])]) {
        const count = source.split(find).length - 1
        if (count !== 1) problem = `the text to find is ${count} times in ${mutation.module}, not once: ${find}`
        source = source.replace(find, () => replace)
      }
      return problem === null ? { ...loaded, source } : loaded
    },
  })
  return { problem: () => problem }
}
