import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A server that took over a snapshot serves watches as if it had seen every change (amendment 28).',
  module: 'tree/dist/watch-hub.js',
  find: ['        this.#history.reset(to);', ''].join('\n'),
  replace: '',
  weather: { themes: ['snapshot-races'], nodes: [3] },
}
