import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client looks only at a timer, not at the clock, before it says that it holds its session: a pause delays the timer (S62).',
  module: 'client/dist/session-keeper.js',
  find: '&& this.#options.clock.now() < this.#deadline;',
  replace: ';',
  weather: { themes: ['stopped-clients'], nodes: [3] },
}
