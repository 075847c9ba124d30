import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A snapshot of any leader is taken, without the rule of the promise (amendment 3).',
  module: 'election-core/dist/snapshot-receiving.js',
  find: 'return acceptLeader(context, peer, message.epoch);',
  replace: 'return true;',
  also: [
    {
      find: 'if (!event.ok || receiving.snapshot.zxid.index <= floor || !stillEntitled(context, receiving)) {',
      replace: 'if (!event.ok || receiving.snapshot.zxid.index <= floor) {',
    },
  ],
  weather: { themes: ['late-frames', 'snapshot-races'], nodes: [3, 5] },
}
