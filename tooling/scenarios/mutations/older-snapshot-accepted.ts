import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A snapshot older than what is committed replaces the log (amendment 4).',
  module: 'election-core/dist/snapshot-receiving.js',
  find: '    if (snapshot.zxid.index <= floor) {',
  replace: '    if (snapshot.zxid.index < 0) {',
  also: [
    {
      find: 'if (!event.ok || receiving.snapshot.zxid.index <= floor || !stillEntitled(context, receiving)) {',
      replace: 'if (!event.ok || !stillEntitled(context, receiving)) {',
    },
  ],
  weather: { themes: ['snapshot-races', 'late-frames'], nodes: [3] },
}
