import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A follower commits what the leader has committed, whether or not its log agrees (S45).',
  module: 'election-core/dist/follower.js',
  find: 'context.commitIndex = Math.max(context.commitIndex, Math.min(append.commitIndex, matched));',
  replace: 'context.commitIndex = Math.max(context.commitIndex, Math.min(append.commitIndex, context.log.lastIndex));',
}
