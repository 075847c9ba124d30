import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A restored node begins its sequential children anew.',
  module: 'tree/dist/snapshot-reader.js',
  find: 'nextSequential: reader.u53(),',
  replace: 'nextSequential: reader.u53() * 0,',
}
