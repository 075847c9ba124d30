import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Entries are written ahead of the promise that admits them (known-bugs §5, ioOrder; S2).',
  module: 'replica/dist/wal-writer.js',
  find: 'const { bytes, chain } = encodeRecords(records, this.#chain);',
  replace:
    "records.sort((a, b) => (a.kind === 'entries' ? 0 : a.kind === 'promise' ? 1 : 0) - (b.kind === 'entries' ? 0 : b.kind === 'promise' ? 1 : 0)); const { bytes, chain } = encodeRecords(records, this.#chain);",
}
