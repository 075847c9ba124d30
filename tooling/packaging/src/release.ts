import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyWithVersions } from './copy.ts'
import { packAll } from './pack.ts'
import { readPackages } from './packages.ts'
import { root, run } from './run.ts'
import { strangerSteps } from './stranger.ts'
import type { Step } from './stranger.ts'

const USAGE = `npm run release -- --dry-run   try everything that a release does, publish nothing and change nothing
npm run release -- version     apply the waiting changesets: versions and changelogs, to be committed
npm run release -- publish     try it, then publish what the registry does not have yet`

/** Tries a release in a copy elsewhere: versions applied, packed, used as a stranger would. */
function dryRun(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'synod-release-'))
  const copy = join(place, 'copy')
  try {
    if (!tryStep({ does: 'apply the changesets in a copy', run: () => copyWithVersions(copy) })) return false
    const packages = readPackages(copy)
    for (const { name, version } of packages) console.log(`      ${name} ${version}`)
    let tarballs: string[] = []
    if (!tryStep({ does: 'pack every package', run: () => void (tarballs = packAll(copy, join(place, 'tarballs'))) })) return false
    mkdirSync(join(place, 'stranger'))
    const steps = strangerSteps(join(place, 'stranger'), packages, tarballs)
    const failed = steps.filter((step) => !tryStep(step))
    console.log(failed.length === 0 ? `${steps.length + 2} steps passed` : `${failed.length} of ${steps.length + 2} steps failed`)
    return failed.length === 0
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function tryStep({ does, run: attempt }: Step): boolean {
  const started = Date.now()
  try {
    attempt()
    console.log(`ok    ${does} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
    return true
  } catch (error) {
    console.log(`FAIL  ${does}\n${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

function publish(): boolean {
  const waiting = readdirSync(join(root, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md')
  if (waiting.length > 0) return refuse(`${waiting.length} changesets wait; run "npm run release -- version" and commit the result first`)
  if (run('git', ['status', '--porcelain'], root) !== '') return refuse('there are uncommitted changes')
  if (!dryRun()) return false
  console.log(run('changeset', ['publish'], root))
  return true
}

function refuse(reason: string): boolean {
  console.error(`not published: ${reason}`)
  return false
}

function main(argument: string | undefined): boolean {
  if (argument === '--dry-run') return dryRun()
  if (argument === 'publish') return publish()
  if (argument === 'version') {
    console.log(run('changeset', ['version'], root))
    return true
  }
  console.error(USAGE)
  return false
}

process.exitCode = main(process.argv[2]) ? 0 : 1
