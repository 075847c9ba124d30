import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A repeated request for a promise is granted while the promise is still being written (amendment 2).',
  module: 'election-core/dist/voting.js',
  find: ['    answer(context, peer, { ask, granted: true });', ''].join('\n'),
  replace: [
    '    if (same) { const before = context.walSequence; context.walSequence = 0; answer(context, peer, { ask, granted: true }); context.walSequence = before; return; }',
    '    answer(context, peer, { ask, granted: true });',
    '',
  ].join('\n'),
}
