import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A command is executed though the one before it has not come (I22).',
  module: 'tree/dist/sessions.js',
  find: 'return sequence === session.nextSequence ? execute',
  replace: 'return sequence >= session.nextSequence ? execute',
}
