import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A write over a version that is gone is executed.',
  module: 'tree/dist/transaction.js',
  find: 'if (version === undefined || version === node.version)',
  replace: 'if (version === undefined || version <= node.version)',
}
