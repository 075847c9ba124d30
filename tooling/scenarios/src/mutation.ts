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
  /** Further changes, of the same module unless they name another, where several checks guard the same. */
  readonly also?: readonly { readonly module?: string; readonly find: string; readonly replace: string }[]
  /** Where it shows, if not everywhere. Ordinary seeds have such weather too, some of them. */
  readonly weather?: Weather
}

export interface Weather {
  /** Themes of faults, in turn; `none` is one, too. Default: what the seed draws. */
  readonly themes?: readonly string[]
  /** Servers, in turn. Default: as on the command line. */
  readonly nodes?: readonly number[]
  /** Clients; 0: nobody asks for anything. Default: five. */
  readonly clients?: number
  /** Clients send several writes at once, and do nothing else. */
  readonly bursts?: boolean
}

/** One replacement in one built file. */
export interface Change {
  readonly module: string
  readonly find: string
  readonly replace: string
}

/** All that a mutation changes. */
export function changesOf({ module, find, replace, also = [] }: Mutation): readonly Change[] {
  return [{ module, find, replace }, ...also.map((change) => ({ module, ...change }))]
}

/** Changes modules while they are loaded, in this thread, from now on: product code has no switch for it. */
export function applyMutation(mutation: Mutation): { problem(): string | null } {
  const changes = changesOf(mutation)
  const missing = new Set(changes.map(({ module }) => module))
  const problems: string[] = []
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context)
      const here = changes.filter(({ module }) => url.endsWith(`/packages/${module}`))
      if (here.length === 0) return loaded
      let source = String(loaded.source)
      for (const { module, find, replace } of here) {
        missing.delete(module)
        const count = source.split(find).length - 1
        if (count !== 1) problems.push(`the text to find is ${count} times in ${module}, not once: ${find}`)
        source = source.replace(find, () => replace)
      }
      return problems.length === 0 ? { ...loaded, source } : loaded
    },
  })
  return { problem: () => problems[0] ?? [...missing].map((module) => `${module} was never loaded`)[0] ?? null }
}
