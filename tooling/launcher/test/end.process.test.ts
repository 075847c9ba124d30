import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeRepository, gone } from './fake-repository.ts'

let repository: FakeRepository
beforeEach(() => {
  repository = new FakeRepository()
})
afterEach(() => repository.remove())

const stays = 'console.log(`job ${process.pid} of ${process.ppid}`); setInterval(() => {}, 1000)'

test.each(['SIGINT', 'SIGTERM'] as const)('%s reaches the job, and its exit code comes back', async (signal) => {
  repository.job(`process.on('${signal}', () => { console.log('told'); process.exit(5) }); ${stays}`)
  const run = repository.launch('start')
  const pid = Number(await run.printed(/job (\d+)/))
  run.child.kill(signal)
  expect((await run.ended).code).toBe(5)
  expect(run.output).toContain('told')
  await gone(pid)
})

test('a job that a signal ended gives 128 and the number of the signal', async () => {
  repository.job(stays)
  const run = repository.launch('start')
  await run.printed(/job (\d+)/)
  run.child.kill('SIGTERM')
  expect((await run.ended).code).toBe(143)
})

test.each([
  ['npm', (main: string) => `require('node:child_process').spawn(process.execPath, ['${main}', 'start'], { stdio: 'inherit' })`],
  [
    'npm with a shell that stays',
    (main: string) =>
      `require('node:child_process').spawn('sh', ['-c', '"${process.execPath}" ${main} start; exit $?'], { stdio: 'inherit' })`,
  ],
])('everything ends when %s is killed with SIGKILL', async (_, script) => {
  repository.job(stays)
  const npm = repository.start(process.execPath, ['-e', script('tooling/launcher/main.js')])
  const job = Number(await npm.printed(/job (\d+)/))
  const launcher = Number(await npm.printed(/of (\d+)/))
  npm.child.kill('SIGKILL')
  await Promise.all([gone(job), gone(launcher)])
  expect((await npm.ended).signal).toBe('SIGKILL')
})

test('the job ends when the launcher is killed with SIGKILL', async () => {
  repository.job(stays)
  const run = repository.launch('start')
  const job = Number(await run.printed(/job (\d+)/))
  run.child.kill('SIGKILL')
  await gone(job)
  expect((await run.ended).signal).toBe('SIGKILL')
})

test('an installation ends with the launcher', async () => {
  repository.program('tools/npx', 'echo $$ > installer; sleep 600')
  const run = repository.launch('start')
  const installer = Number(await repository.written('installer'))
  run.child.kill('SIGTERM')
  expect((await run.ended).code).toBe(143)
  await gone(installer)
})
