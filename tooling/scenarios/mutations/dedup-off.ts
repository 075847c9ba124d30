import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A command that comes twice is executed twice (S75).',
  module: 'tree/dist/sessions.js',
  find: '        if (sequence < session.nextSequence) {',
  replace: '        if (sequence < session.nextSequence && sequence < 0) {',
}
