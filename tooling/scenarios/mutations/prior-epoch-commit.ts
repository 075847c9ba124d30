import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'An entry of an earlier epoch is committed by counting (known-bugs §5, priorEpochCommit; S31, Raft Fig. 8).',
  module: 'election-core/dist/leading.js',
  find: 'if (index <= context.commitIndex || context.log.epochAt(index) !== context.leaderEpoch)',
  replace: 'if (index <= context.commitIndex)',
}
