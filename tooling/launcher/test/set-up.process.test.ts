import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeRepository } from './fake-repository.ts'

let repository: FakeRepository
beforeEach(() => {
  repository = new FakeRepository()
})
afterEach(() => repository.remove())

test('the first start installs with the frozen lock file, builds and runs; the second only builds and runs', async () => {
  repository.job("console.log('job', process.argv.slice(2).join(' '))")
  const first = repository.launch('start', '--dir', 'x')
  expect(await first.ended).toEqual({ code: 0, signal: null })
  expect(first.output).toMatch(/first start.*\n.*\[1\/2\] installing[^]*\[1\/2\] installed in/)
  expect(first.output).toContain('job dev --dir x')
  expect(repository.installs()).toEqual([expect.stringMatching(/^-y pnpm@[\d.]+ install --frozen-lockfile --prod=false/)])

  const second = repository.launch('start')
  expect(await second.ended).toEqual({ code: 0, signal: null })
  expect(second.output).toBe('job dev\n')
  expect(repository.installs()).toHaveLength(1)
})

test('another lock file, another installation', async () => {
  await repository.launch('start').ended
  repository.write('pnpm-lock.yaml', 'lock: 2')
  await repository.launch('start').ended
  expect(repository.installs()).toHaveLength(2)
})

test('children find the pinned tools first', async () => {
  repository.job("console.log(process.env.PATH.split(':')[0])")
  const run = repository.launch('start')
  await run.ended
  expect(run.output).toContain(`${repository.root}/node_modules/.bin\n`)
})

test('an installation that fails says why, ends with 1 and is tried again the next time', async () => {
  repository.npx("echo 'npm error code ENOTFOUND' >&2; false")
  const run = repository.launch('start')
  expect((await run.ended).code).toBe(1)
  expect(run.output).toContain('npm error code ENOTFOUND')
  expect(run.output).toContain('the package registry could not be reached (ENOTFOUND)')
  expect(existsSync(join(repository.root, 'node_modules/.synod-installed'))).toBe(false)
  repository.npx('true')
  expect((await repository.launch('start').ended).code).toBe(0)
})

test('a build that fails shows its output and ends with 1, and the job does not run', async () => {
  repository.write('build.sh', 'echo "error TS2322"; exit 2\n')
  repository.job("console.log('job')")
  const run = repository.launch('start')
  expect((await run.ended).code).toBe(1)
  expect(run.output).toMatch(/error TS2322[^]*the build failed/)
  expect(run.output).not.toContain('job\n')
})

test('two starts at once install once', async () => {
  repository.npx('sleep 0.5')
  const runs = [repository.launch('start'), repository.launch('start')]
  expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ])
  expect(repository.installs()).toHaveLength(1)
})

test('an unknown job gets the list of jobs', async () => {
  const run = repository.launch('strat')
  expect((await run.ended).code).toBe(2)
  expect(run.output).toMatch(/no job "strat"[^]*npm run start/)
})

test('the exit code is that of the job', async () => {
  repository.job('process.exitCode = 7')
  expect((await repository.launch('start').ended).code).toBe(7)
})
