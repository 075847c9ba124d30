import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A new leader goes on with the deadlines of its earlier leadership.',
  module: 'replica/dist/session-deadlines.js',
  find: ['    clear() {', '        this.#deadlines.clear();'].join('\n'),
  replace: '    clear() {',
  weather: { themes: ['to-and-fro'], nodes: [3] },
}
