import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'After an installed snapshot the old log goes on behind it, whatever it was (amendments: 5788 walks; S44).',
  module: 'election-core/dist/log.js',
  find: 'const keepSuffix = this.has(snapshot.zxid);',
  replace: 'const keepSuffix = this.lastIndex >= snapshot.zxid.index;',
  weather: { themes: ['snapshot-races', 'deposed-leaders'], nodes: [3] },
}
