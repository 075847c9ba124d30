import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A follower whose log differs keeps the entry that differs.',
  module: 'election-core/dist/follower.js',
  find: '            truncateLog(context, entry.index - 1);',
  replace: '            truncateLog(context, entry.index);',
  weather: { themes: ['deposed-leaders'], nodes: [3] },
}
