import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A shared contender does not wait for an exclusive one.',
  module: 'recipes/dist/queue/contender.js',
  find: "if (own.kind === 'exclusive' || contender.kind === 'exclusive')",
  replace: "if (own.kind === 'exclusive')",
}
