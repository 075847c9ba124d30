import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A read does not say what its session has seen (amendment 27).',
  module: 'client/dist/reads.js',
  find: "minIndex: consistency === 'session' ? seen : 0",
  replace: "minIndex: consistency === 'session' ? 0 : 0",
}
