import { published } from '../repository.ts'
import type { Workspace } from '../repository.ts'
import type { Changeset } from '../tools/changesets.ts'
import type { Violation } from '../violation.ts'

const KINDS = new Set(['patch', 'minor', 'major'])

/**
 * A published package whose sources changed since the last release must be named by a changeset, and each changeset must be right.
 *
 * @param changed paths that changed since the last release; nothing means all of them
 */
export function checkChangesets(
  workspaces: readonly Workspace[],
  changesets: readonly Changeset[],
  changed?: readonly string[],
): Violation[] {
  const packages = published(workspaces)
  const names = new Set(packages.map(({ manifest }) => manifest.name ?? ''))
  const named = new Set(changesets.flatMap(({ releases }) => [...releases.keys()]))
  const missing = packages
    .filter(({ dir, files }) => (changed ?? files.map(({ path }) => path)).some((path) => path.startsWith(`${dir}/src/`)))
    .filter(({ manifest }) => !named.has(manifest.name ?? ''))
    .map(({ dir }) => ({ where: dir, message: 'its sources changed since the last release; add a changeset (npx changeset)' }))
  return [...missing, ...changesets.flatMap((changeset) => checkOne(changeset, names))]
}

function checkOne({ path, releases, text }: Changeset, names: ReadonlySet<string>): Violation[] {
  const wrong: string[] = []
  if (releases.size === 0) wrong.push('names no package')
  for (const [name, kind] of releases) {
    if (!names.has(name)) wrong.push(`names ${name}, which is not published`)
    if (!KINDS.has(kind)) wrong.push(`asks for "${kind}"; there are patch, minor and major`)
  }
  if (text.length < 20) wrong.push('says nothing to the reader of the changelog')
  return wrong.map((message) => ({ where: path, message }))
}
