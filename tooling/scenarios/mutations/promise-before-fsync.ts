import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A promise is answered before it is durable (known-bugs §5).',
  module: 'election-core/dist/voting.js',
  find: '}, { durable: verdict.granted, answers: true });',
  replace: '}, { durable: false, answers: true });',
}
