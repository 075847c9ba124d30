import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A contender whose creation got no answer is taken for never made.',
  module: 'recipes/dist/queue/enter.js',
  find: ['if (name === undefined)', '                return null;'].join('\n'),
  replace: ['if (name !== undefined || name === undefined)', '                return null;'].join('\n'),
}
