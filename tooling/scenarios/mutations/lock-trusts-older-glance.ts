import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A look at the queue from before the own place in it decides.',
  module: 'recipes/dist/queue/turn.js',
  find: 'return names !== null && names.includes(own.name) && blockerOf',
  replace: 'return names !== null && blockerOf',
}
