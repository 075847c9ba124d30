import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A read joins a group whose question to the quorum has left before it came (amendment 1).',
  module: 'election-core/dist/read-index.js',
  find: 'if (open && open.thresholds === null && open.index === context.commitIndex)',
  replace: 'if (open && open.index === context.commitIndex)',
}
