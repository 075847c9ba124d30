import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A watch that is set again begins at the newest change.',
  module: 'client/dist/watches.js',
  find: 'const from = watch.lost ? -1 : watch.cursor;',
  replace: 'const from = watch.watchId !== 0 ? -1 : watch.cursor;',
}
