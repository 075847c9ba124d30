import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Who looks for a leader acts only when it hears something: alone it never does (amendment 23).',
  module: 'election-core/dist/core.js',
  find: ['    evaluate(context);', '    flushReads(context);'].join('\n'),
  replace: [
    '    if (context.peers.some((peer) => peer.statusAt === context.now))',
    '        evaluate(context);',
    '    flushReads(context);',
  ].join('\n'),
  weather: { nodes: [1] },
}
