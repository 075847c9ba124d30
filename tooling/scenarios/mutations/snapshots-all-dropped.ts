import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Older snapshots are dropped, and the newest with them.',
  module: 'replica/dist/snapshots.js',
  find: 'while (this.#kept.length > 2) {',
  replace: 'while (this.#kept.length > 0) {',
}
