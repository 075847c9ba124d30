import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader answers reads without asking anybody (S61).',
  module: 'election-core/dist/read-index.js',
  find: ['    if (thresholds === null)', '        return context.peers.length === 0;'].join('\n'),
  replace: ['    if (thresholds === null || thresholds !== null)', '        return true;'].join('\n'),
}
