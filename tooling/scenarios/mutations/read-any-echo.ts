import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'The echo in any message confirms a read (amendment 1).',
  module: 'election-core/dist/confirmation.js',
  find: '(peerOf(context, id)?.confirmSequence ?? 0) >= threshold',
  replace: '(peerOf(context, id)?.echoSequence ?? 0) >= threshold',
}
