import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A confirmed read is answered before the state has got there.',
  module: 'replica/dist/reads.js',
  find: 'if (this.#host.stateMachine.appliedZxid.index >= index)',
  replace: 'if (this.#host.stateMachine.appliedZxid.index >= 0)',
}
