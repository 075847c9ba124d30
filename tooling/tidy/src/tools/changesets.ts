import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../repository.ts'

/** One `.changeset/*.md`: the packages that it releases, by name, and its text. */
export interface Changeset {
  readonly path: string
  readonly releases: ReadonlyMap<string, string>
  readonly text: string
}

/** The changesets that wait for a release. */
export function readChangesets(): Changeset[] {
  const files = readdirSync(join(root, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md')
  return files.toSorted().map((name) => parseChangeset(`.changeset/${name}`, readFileSync(join(root, '.changeset', name), 'utf8')))
}

/** Reads one changeset. Exported for the tests of tidy. */
export function parseChangeset(path: string, content: string): Changeset {
  const [, front = '', text = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(content) ?? []
  const releases = [...front.matchAll(/^(['"])(.+?)\1: *(\w+)$/gm)].map((match) => [match[2] ?? '', match[3] ?? ''] as const)
  return { path, releases: new Map(releases), text: text.trim() }
}

/**
 * The files that changed since the last release, uncommitted ones included. The last release is the last commit that changed a CHANGELOG.md;
 * on `main` itself `changeset status` compares with nothing, so it is looked up here.
 *
 * @returns nothing when there is no release yet or this is no git clone: then every source counts as changed
 */
export function changedSinceRelease(): string[] | undefined {
  if (!existsSync(join(root, '.git'))) return undefined
  const base = git(['log', '-1', '--format=%H', '--', '*CHANGELOG.md'])
  if (base === '') return undefined
  return [...git(['diff', '--name-only', base]).split('\n'), ...git(['ls-files', '--others', '--exclude-standard']).split('\n')].filter(
    Boolean,
  )
}

function git(args: readonly string[]): string {
  const ended = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (ended.status !== 0) throw new Error(`git ${args.join(' ')} failed: ${ended.stderr}`)
  return ended.stdout.trim()
}
