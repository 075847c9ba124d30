import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'The result of the newest command is forgotten before its client has it (amendment 25).',
  module: 'tree/dist/sessions.js',
  find: 'this.#acknowledge(session, Math.min(ackedBelow, session.nextSequence));',
  replace: 'this.#acknowledge(session, session.nextSequence);',
}
