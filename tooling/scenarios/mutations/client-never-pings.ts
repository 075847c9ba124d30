import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client gives no sign of life of its own.',
  module: 'client/dist/session-keeper.js',
  find: "if (this.#attach !== 'none' && now >= this.#nextPingAt)",
  replace: "if (this.#attach !== 'none' && now < 0)",
  weather: { themes: ['peace'], nodes: [1, 3] },
}
