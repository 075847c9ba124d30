import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A server that has promised itself to a candidate supports whoever looks best a moment later (amendment 15).',
  module: 'election-core/dist/freshness.js',
  find: '    if (!grant || grant.candidate === context.self)',
  replace: '    if (timings !== undefined || grant === null)',
  weather: { themes: ['lone-troubles'], nodes: [5, 3] },
}
