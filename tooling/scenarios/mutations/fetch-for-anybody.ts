import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A fetch is answered although the promise went to another (known-bugs §5).',
  module: 'election-core/dist/fetch.js',
  find: "if (!entitled || context.role === 'leading')",
  replace: "if (context.role === 'leading')",
  weather: { themes: ['deposed-leaders', 'constrained-election', 'duelling-candidates'], nodes: [5] },
}
