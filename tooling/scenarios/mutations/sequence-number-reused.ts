import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'The number of a sequential node is given again once the node is gone.',
  module: 'tree/dist/namespace.js',
  find: 'parent.nextSequential = number + 1;',
  replace: 'parent.nextSequential = number;',
}
