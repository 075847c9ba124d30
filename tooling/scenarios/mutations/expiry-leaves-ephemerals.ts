import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'The ephemeral nodes of a session outlive it.',
  module: 'tree/dist/execute.js',
  find: ['        namespace.remove(node, stamp);', ''].join('\n'),
  replace: '',
}
