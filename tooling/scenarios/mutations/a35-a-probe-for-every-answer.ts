import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Several answers about one gap make the leader send it again for each (amendment 35).',
  module: 'election-core/dist/replication.js',
  find: 'if (echo <= progress.startedAfter)',
  replace: 'if (false)',
  weather: { bursts: true, nodes: [3] },
}
