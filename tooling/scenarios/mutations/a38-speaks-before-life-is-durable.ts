import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A restarted server speaks and listens while the number of its life is still on its way to the disk (amendment 38).',
  module: 'election-core/dist/core.js',
  find: '    context.startSequence = context.walSequence + 1;\n',
  replace: '    context.startSequence = context.walSequence + 1;\n    context.started = true;\n    context.lookingSince = context.now;\n',
}
