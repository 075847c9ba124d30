import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A snapshot of any leader is taken, without the rule of the promise (amendment 3).',
  module: 'election-core/dist/snapshot-receiving.js',
  find: 'return acceptLeader(context, peer, message.epoch);',
  replace: 'return true;',
  weather: { themes: ['snapshot-races', 'late-frames'], nodes: [3, 5] },
}
