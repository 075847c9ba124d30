import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A watch whose history is gone goes on without saying so.',
  module: 'client/dist/watch.js',
  find: ['        if (gap)', "            this.#push({ type: 'compacted', path: this.path, zxid });", ''].join('\n'),
  replace: '',
}
