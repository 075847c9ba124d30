import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Messages of an earlier life of a peer are believed (amendments 8, 43).',
  module: 'election-core/dist/envelope.js',
  find: 'if (fromIncarnation < peer.incarnation && fromIncarnation > 0) {',
  replace: 'if (fromIncarnation < 0) {',
  weather: { themes: ['short-lives', 'late-frames'], nodes: [3] },
}
