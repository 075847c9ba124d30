import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'What a snapshot replaces of the log is dropped before the record that names the snapshot is durable.',
  module: 'replica/dist/snapshots.js',
  find: '        this.#bases.push({ walSequence, batch: this.#host.wal.nextSequence, keepFrom: complete ? this.#keepFrom : 0 });\n',
  replace:
    '        if (complete)\n            this.#host.wal.drop(this.#keepFrom, this.#host.wal.nextSequence).catch((error) => this.#host.onFailed(error));\n',
  also: [
    {
      module: 'replica/dist/wal-writer.js',
      find: '        const first = this.#batches[count];\n',
      replace: '        const first = this.#batches[count] ?? { sequence: before };\n',
    },
  ],
  weather: { themes: ['snapshot-crashes'], nodes: [3] },
}
