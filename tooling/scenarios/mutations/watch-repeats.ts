import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A watch that is set again stands before the change that it has told last (amendment 28).',
  module: 'client/dist/watch.js',
  find: ['        if (message.zxid.index <= this.cursor)', '            return;', '        this.cursor = message.zxid.index;'].join('\n'),
  replace: '        this.cursor = message.zxid.index - 1;',
}
