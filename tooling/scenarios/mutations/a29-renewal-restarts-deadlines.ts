import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader that renews its epoch gives every session its full time again (amendment 29).',
  module: 'replica/dist/client-work.js',
  find: "after.strength === 'established' && !this.#keeper.active)",
  replace: "after.strength === 'established' && (!this.#keeper.active || after.epoch > before.epoch))",
  weather: { themes: ['renewed-leaders'], nodes: [3] },
}
