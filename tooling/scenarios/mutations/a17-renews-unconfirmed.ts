import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader renews its epoch as soon as it hears of a higher promise, without asking whether it still leads (amendment 17).',
  module: 'election-core/dist/re-epoch.js',
  find: '    if (!isConfirmedSince(context, context.renewalThresholds))\n        return;\n',
  replace: '',
  weather: { themes: ['paused-leaders', 'lone-troubles'], nodes: [3, 5] },
}
