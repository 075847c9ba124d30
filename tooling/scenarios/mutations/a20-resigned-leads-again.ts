import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader that resigned because it is stopping may lead again at once (amendment 20).',
  module: 'election-core/dist/freshness.js',
  find: 'context.stopping || ',
  replace: '',
  weather: { themes: ['lone-stops'], nodes: [3, 5] },
}
