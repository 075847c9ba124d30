import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A candidate counts on the promises of other candidates (amendment 40).',
  module: 'election-core/dist/canvass.js',
  find: "status.role !== 'looking' || status.store === 'blank'",
  replace: "!isCanvassing(status.role) || status.store === 'blank'",
  weather: { themes: ['lone-troubles', 'duelling-candidates'], nodes: [5, 7, 3] },
}
