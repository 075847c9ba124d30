import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client repeats a write whose outcome is unknown as a new one (S75).',
  module: 'client/dist/outbox.js',
  find: ['sequence: call.sequence,', '            ackedBelow: this.#sent[0]?.sequence ?? call.sequence,'].join('\n'),
  replace: [
    'sequence: (call.retried === true ? (call.sequence = this.#nextSequence++) : (call.retried = true, call.sequence)),',
    '            ackedBelow: this.#sent[0]?.sequence ?? call.sequence,',
  ].join('\n'),
}
