import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A candidate says nothing of itself while its promise is on the way to the disk (amendment 10).',
  module: 'election-core/dist/status.js',
  find: '    if (context.peers.length === 0)\n        return;\n    if (context.now >= context.statusAt) {',
  replace:
    "    if (context.peers.length === 0 || context.role === 'candidate')\n        return;\n    if (context.now >= context.statusAt) {",
  weather: { themes: ['lone-troubles'], nodes: [5, 3] },
}
