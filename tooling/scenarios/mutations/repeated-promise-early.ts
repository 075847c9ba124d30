import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A repeated request for a promise is granted while the promise is still being written (amendment 2).',
  module: 'election-core/dist/voting.js',
  find: '}, { durable: verdict.granted, answers: true });',
  replace: '}, { durable: verdict.granted && context.wal.length > 0, answers: true });',
}
