import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'The answer to a heartbeat always waits for the disk (amendment 12).',
  module: 'election-core/dist/follower.js',
  find: 'if (pending && context.now - context.answeredAt >= earlyAnswerMicros) {',
  replace: 'if (false) {',
  weather: { themes: ['lone-troubles'], nodes: [5, 3] },
}
