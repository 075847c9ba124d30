import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A watch is not told that a snapshot took the place of the changes it waits for (amendment 28).',
  module: 'tree/dist/watch-hub.js',
  find: "        runAll(left, (watcher) => watcher.deliver({ kind: 'compacted', floor: to }));",
  replace: '',
  weather: { themes: ['snapshot-races'], nodes: [3] },
}
