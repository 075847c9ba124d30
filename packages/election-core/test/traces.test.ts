import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runScript } from './harness/script.ts'

const folder = new URL('../testdata/', import.meta.url)

/** `SYNOD_REWRITE_TRACES=1` writes what happens now into the files; then read the difference. */
describe('worked traces', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))

  it('has the traces of the protocol', () => {
    for (const name of ['t1', 't2', 't3', 't4', 't5', 't7', 't8']) expect(files.some((file) => file.startsWith(name))).toBe(true)
  })

  for (const name of files) {
    it(name, () => {
      const file = new URL(name, folder)
      const text = readFileSync(file, 'utf8')
      const actual = runScript(text)
      if (process.env['SYNOD_REWRITE_TRACES'] === '1') writeFileSync(file, actual)
      else expect(actual).toBe(text)
    })
  }
})
