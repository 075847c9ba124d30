import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader answers reads without asking anybody (S61).',
  module: 'election-core/dist/read-index.js',
  find: 'return thresholds === null ? context.peers.length === 0 : isConfirmedSince(context, thresholds)',
  replace: 'return true',
}
