import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A watch takes what it has already told (amendment 28).',
  module: 'client/dist/watch.js',
  find: 'if (message.zxid.index <= this.cursor)',
  replace: 'if (message.zxid.index < 0)',
}
