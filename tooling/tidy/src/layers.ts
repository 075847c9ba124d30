/** What the sources of one package may import, beside their own files. */
export interface Layer {
  /** Package names or subpaths. A package name allows all of its subpaths. */
  readonly mayImport: readonly string[]
  /** Whether `node:` modules are allowed. */
  readonly node: boolean
}

const protocolOnly: Layer = { mayImport: ['@synod/interface/protocol'], node: false }

/** The table of `docs/architecture.md`: import directions between the published packages. A package that is not listed may import nothing. */
export const layers: Readonly<Record<string, Layer>> = {
  '@synod/interface': { mayImport: [], node: false },
  '@synod/wire': protocolOnly,
  '@synod/election-core': protocolOnly,
  '@synod/replica': { mayImport: ['@synod/interface', '@synod/wire', '@synod/election-core'], node: true },
  '@synod/memory': { mayImport: ['@synod/interface'], node: true },
  '@synod/transport-ws': { mayImport: ['@synod/interface', '@synod/wire', 'ws'], node: true },
  '@synod/storage-sqlite': { mayImport: ['@synod/interface', 'better-sqlite3'], node: true },
  // `@synod/interface` itself for `SynodError`, the only code there (docs/decisions/0007).
  '@synod/tree': { mayImport: ['@synod/interface', '@synod/wire'], node: false },
  '@synod/client': { mayImport: ['@synod/interface', '@synod/wire', '@synod/tree/commands', 'ws'], node: true },
  '@synod/recipes': { mayImport: ['@synod/interface'], node: true },
  '@synod/contract-tests': { mayImport: ['@synod/interface'], node: true },
  '@synod/sim': {
    mayImport: ['@synod/interface', '@synod/wire', '@synod/election-core', '@synod/replica', '@synod/tree', '@synod/client'],
    node: true,
  },
  synod: {
    mayImport: [
      ...['interface', 'wire', 'election-core', 'replica', 'memory', 'transport-ws'].map((name) => `@synod/${name}`),
      ...['storage-sqlite', 'tree', 'client', 'recipes', 'sim'].map((name) => `@synod/${name}`),
      ...['commander', 'pino'],
    ],
    node: true,
  },
}

/** Packages that decide without looking at the world: no time, no randomness, no waiting. */
export const purePackages: readonly string[] = ['@synod/election-core', '@synod/tree', '@synod/wire']

/**
 * The packages that the tests of a package may import: itself, everything below it, the contract suites and the adapters in memory.
 * The tests of `recipes` may also use the simulator and what that is made of.
 */
export function testMayImport(name: string): ReadonlySet<string> {
  const start = [name, '@synod/contract-tests', '@synod/memory', ...(name === '@synod/recipes' ? ['@synod/sim'] : [])]
  const found = new Set<string>()
  const visit = (specifier: string): void => {
    const below = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1)
    const next = below.join('/')
    if (found.has(next)) return
    found.add(next)
    for (const lower of layers[next]?.mayImport ?? []) visit(lower)
  }
  for (const first of start) visit(first)
  return found
}
