import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A watch whose history is gone everywhere goes on from where the next server is, though it had been further.',
  module: 'client/dist/watch.js',
  find: 'const gap = this.lost && zxid.index > this.cursor;',
  replace: 'const gap = this.lost;',
  weather: { themes: ['closed-doors'], nodes: [3] },
}
