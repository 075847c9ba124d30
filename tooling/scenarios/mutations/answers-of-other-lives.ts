import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'An answer to an earlier life of a server is taken for one to its present life (amendment 30).',
  module: 'election-core/dist/envelope.js',
  find: 'if (message.toIncarnation !== 0 && message.toIncarnation !== context.incarnation)',
  replace: 'if (message.toIncarnation < 0)',
  weather: { themes: ['short-lives'], nodes: [3] },
}
