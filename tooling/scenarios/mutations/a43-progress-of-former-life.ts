import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'What a follower had before its restart counts as what it has (amendment 43).',
  module: 'election-core/dist/envelope.js',
  find: 'if (fromIncarnation > peer.incarnation)\n        renew(context, peer, fromIncarnation);',
  replace: 'if (fromIncarnation > peer.incarnation)\n        peer.incarnation = fromIncarnation;',
  weather: { themes: ['late-frames', 'brief-leaders'], nodes: [3] },
}
