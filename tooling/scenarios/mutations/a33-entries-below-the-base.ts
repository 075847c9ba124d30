import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Entries from below the base of the log are taken like any others (amendment 33).',
  module: 'election-core/dist/follower.js',
  find: '        return { prev: base, entries: append.entries.filter((entry) => entry.index > base.index) };',
  replace: '        return { prev: append.prevZxid, entries: append.entries };',
  weather: { themes: ['snapshot-races', 'late-frames'], nodes: [3] },
}
