import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Every Status is answered, and every change told, however many there were a moment ago (amendments 9, 44).',
  module: 'election-core/dist/status.js',
  find: '    if (peer.answersLeft <= 0)\n        return;\n',
  replace: '',
  also: [
    { find: '    if (context.statusBurst <= broadcastsPerBurst)\n', replace: '' },
    { find: '    if (!wanted)\n        return;\n', replace: '' },
  ],
}
