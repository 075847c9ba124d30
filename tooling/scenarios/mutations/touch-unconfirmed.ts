import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A ping is answered before a quorum has confirmed the leader (amendment 6).',
  module: 'replica/dist/touches.js',
  find: 'return confirmed && this.#host.keeper.active',
  replace: 'return this.#host.keeper.active',
}
