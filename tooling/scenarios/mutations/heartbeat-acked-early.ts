import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'The answer to an empty append does not wait for the entries before it (amendment 2).',
  module: 'replica/dist/outbox.js',
  find: 'if (outgoing.afterSequence <= this.#durable)',
  replace: "if (outgoing.afterSequence <= this.#durable || (outgoing.message.body.type === 'appended' && outgoing.message.body.ok))",
}
