import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Followers learn what is committed with the next heartbeat (amendment 36).',
  module: 'election-core/dist/replication.js',
  find: 'return progress.untoldSince + commitNewsMicros;',
  replace: 'return null;',
  weather: { themes: ['lone-troubles', 'peace'], nodes: [3] },
}
