import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'All commands that were forwarded together are looked for at the place of the first.',
  module: 'replica/dist/submissions.js',
  find: 'index: message.zxid.index + offset }',
  replace: 'index: message.zxid.index }',
}
