import { expect, test } from 'vitest'
import { checkErrorCodes, checkOptions } from '../../src/rules/tables.ts'
import { makeWorkspace } from './make-workspace.ts'

test('error codes: all of them are told, and no others', () => {
  const errors = { path: 'errors.ts', text: "type Code = 'SYNOD_BUSY' | 'SYNOD_FENCED'" }
  const table = { path: 'README.md', text: '| `SYNOD_BUSY` | … |' }
  const other = { path: 'docs/a.md', text: 'SYNOD_BUSY\nSYNOD_LAZY, SYNOD_SERVERS' }
  expect(checkErrorCodes(errors, table, [table, other]).map(({ where, message }) => `${where}: ${message}`)).toEqual([
    'README.md: does not list SYNOD_FENCED',
    'docs/a.md:2: names SYNOD_LAZY, which is no error code',
  ])
})

test('options: those of exported types are told', () => {
  const source =
    'export interface NodeOptions {\n  /** `dir` */\n  readonly dir: string\n  onError?(error: { cause: Error }): void\n}\nexport interface InnerOptions {\n  x: 1\n}\n'
  const files = { 'src/options.ts': source, 'src/index.ts': "export type { NodeOptions } from './options.ts'", 'README.md': '| `dir` |' }
  expect(checkOptions(makeWorkspace('packages/synod', files)).map(({ message }) => message)).toEqual([
    'does not tell `onError` of NodeOptions (packages/synod/src/options.ts)',
  ])
})
