import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client acknowledges results that it has not got.',
  module: 'client/dist/outbox.js',
  find: 'ackedBelow: this.#sent[0]?.sequence ?? call.sequence,',
  replace: 'ackedBelow: call.sequence,',
}
