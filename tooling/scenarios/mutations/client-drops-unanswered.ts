import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client reports writes that were under way when a connection broke as surely not executed.',
  module: 'client/dist/work.js',
  find: 'return this.#outbox.abandon(call) ? noQuorum(waited, cause) : outcomeUnknown(`no answer came ${waited}`, cause);',
  replace: 'return this.#outbox.abandon(call) || true ? noQuorum(waited, cause) : outcomeUnknown(`no answer came ${waited}`, cause);',
}
