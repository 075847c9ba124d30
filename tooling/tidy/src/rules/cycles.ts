import type { Workspace } from '../repository.ts'
import type { Violation } from '../violation.ts'

/** Cycles between workspaces through their package.json files, dev dependencies included: turbo refuses them. */
export function checkCycles(workspaces: readonly Workspace[]): Violation[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.manifest.name ?? '', workspace]))
  const done = new Set<string>()
  const found: Violation[] = []
  const visit = (name: string, path: readonly string[]): void => {
    const workspace = byName.get(name)
    if (workspace === undefined || done.has(name)) return
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ')
      found.push({ where: `${workspace.dir}/package.json`, message: `is in a cycle: ${circle}` })
      return
    }
    const { dependencies, devDependencies, peerDependencies } = workspace.manifest
    for (const next of Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })) visit(next, [...path, name])
    done.add(name)
  }
  for (const name of byName.keys()) visit(name, [])
  return found
}
