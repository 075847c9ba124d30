import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Several answers about one gap make the leader send it again for each (amendment 35).',
  module: 'election-core/dist/replication.js',
  find: 'return progress.startedAfter > 0 && echo <= progress.startedAfter;',
  replace: 'return false;',
  weather: { bursts: true, nodes: [3] },
}
