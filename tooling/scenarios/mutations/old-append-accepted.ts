import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'An append of an epoch below the promise is accepted (known-bugs §5).',
  module: 'election-core/dist/follower.js',
  find: 'if (epoch < context.promised.epoch) {',
  replace: 'if (epoch < context.leaderEpoch) {',
}
