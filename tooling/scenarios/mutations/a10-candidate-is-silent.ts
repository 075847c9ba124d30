import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A candidate says nothing of itself (amendment 10).',
  module: 'election-core/dist/context.js',
  find: '    const sequence = to.noteSent(context.now);\n    const echoFresh',
  replace:
    "    if (body.type === 'status' && context.role === 'candidate')\n        return to.noteSent(context.now);\n    const sequence = to.noteSent(context.now);\n    const echoFresh",
  weather: { themes: ['lone-troubles'], nodes: [5, 3] },
}
