import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A restart keeps the incarnation of the life before (amendments 30, 38).',
  module: 'election-core/dist/recover.js',
  find: 'incarnation: meta === null ? 0 : meta.incarnation + 1,',
  replace: 'incarnation: meta === null ? 0 : meta.incarnation,',
}
