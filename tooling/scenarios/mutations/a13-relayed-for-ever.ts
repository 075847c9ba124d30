import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Who once waited behind a relay waits there until it hears of a leader itself (amendment 13).',
  module: 'election-core/dist/canvass.js',
  find: "    if (context.role === 'relayed')\n        leaveRelayed(context);",
  replace: "    if (context.role === 'relayed')\n        return;",
  weather: { themes: ['lone-troubles'], nodes: [3] },
}
