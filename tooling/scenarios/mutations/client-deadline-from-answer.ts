import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client counts its session from the answer of a ping, not from its sending.',
  module: 'client/dist/session-keeper.js',
  find: 'this.#deadline = Math.max(this.#deadline, sentAt + lifetime(this.#timeoutMs));',
  replace: 'this.#deadline = Math.max(this.#deadline, now + 2 * this.#timeoutMs * 1000);',
}
