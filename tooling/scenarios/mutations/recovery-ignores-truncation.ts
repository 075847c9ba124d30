import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A truncation on disk is not replayed at a restart (S18).',
  module: 'election-core/dist/recover.js',
  find: '                    this.log.truncate(record.keepIndex);',
  replace: '                    this.log.lastIndex;',
}
