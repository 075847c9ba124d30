import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Contenders are ordered by the text of their random names.',
  module: 'recipes/dist/queue/contender.js',
  find: 'return contenders.sort((a, b) => (a.counter < b.counter ? -1 : a.counter > b.counter ? 1 : 0));',
  replace: 'return contenders.sort((a, b) => (a.id < b.id ? -1 : 1));',
}
