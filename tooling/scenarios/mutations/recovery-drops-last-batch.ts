import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A restart overlooks the last batch of the log.',
  module: 'replica/dist/recovery.js',
  find: 'for (const batch of opened.batches) {',
  replace: 'for (const batch of opened.batches.length > 3 ? opened.batches.slice(0, -1) : opened.batches) {',
}
