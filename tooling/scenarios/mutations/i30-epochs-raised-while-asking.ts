import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title:
    'A candidate that gets no answer in a moment gives up and asks for a higher epoch at once, without stepping back (amendments 11, 15).',
  module: 'election-core/dist/campaign.js',
  find: 'context.backoffUntil = context.now + unit * (1 + above.length);',
  replace: 'context.backoffUntil = context.now;',
  also: [
    {
      find: 'const limit = context.timings.campaignPromiseMaxMicros;',
      replace: 'const limit = 2_000;',
    },
  ],
}
