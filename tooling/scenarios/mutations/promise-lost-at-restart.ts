import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'The promise is forgotten by a restart, the log is kept (known-bugs §5, amnesia).',
  module: 'election-core/dist/recover.js',
  find: 'const promised = this.promised.epoch >= last.epoch ? this.promised :',
  replace: 'const promised = this.promised.epoch < 0 ? this.promised :',
  weather: { themes: ['brief-leaders', 'late-frames', 'none'], nodes: [3, 5] },
}
