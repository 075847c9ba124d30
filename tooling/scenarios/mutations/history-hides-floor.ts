import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A history that has dropped changes serves watches from before them.',
  module: 'tree/dist/history.js',
  find: ['        this.#floor = record.zxid.index;', ''].join('\n'),
  replace: '',
}
