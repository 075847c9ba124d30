import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('elects, writes, loses its leader, and goes on with what was written', async () => {
  const program = new URL('../src/quickstart.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [program])
  expect(stdout.trim().split('\n')).toEqual([
    'server 3 leads epoch 1',
    'written: hello',
    'server 3 killed',
    'server 2 leads epoch 2',
    'still there: hello again',
  ])
})
