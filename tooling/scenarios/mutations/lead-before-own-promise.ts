import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A candidate leads before its own promise is durable (known-bugs §5; S79).',
  module: 'election-core/dist/campaign.js',
  find: 'if (campaigning.promiseSequence > 0 && context.durableSequence >= campaigning.promiseSequence) {',
  replace: 'if (campaigning.promiseSequence > 0) {',
}
