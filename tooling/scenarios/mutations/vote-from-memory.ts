import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A server votes with entries that are only in its memory (S10).',
  module: 'election-core/dist/status.js',
  find: 'lastZxid: context.durableLast,',
  replace: 'lastZxid: context.log.last,',
}
