import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A restart begins with the oldest snapshot that the log names.',
  module: 'replica/dist/recovery.js',
  find: ["        if (record.kind === 'snapbase')", '            newest = record.snapshot;'].join('\n'),
  replace: ["        if (record.kind === 'snapbase')", '            newest ??= record.snapshot;'].join('\n'),
}
