import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A transaction that is refused leaves behind what its first operations did.',
  module: 'tree/dist/transaction.js',
  find: '                namespace.rollback();',
  replace: '                namespace.commit();',
}
