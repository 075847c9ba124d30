import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Half of the voters are a quorum (known-bugs §5, first row).',
  module: 'election-core/dist/quorum.js',
  find: 'return present * 2 > total;',
  replace: 'return present * 2 + 1 >= total;',
}
