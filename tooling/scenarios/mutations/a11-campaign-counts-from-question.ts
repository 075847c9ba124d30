import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A campaign has 250 ms from its question on, however long the disk takes, and never more (amendment 11).',
  module: 'election-core/dist/campaign.js',
  find: 'const limit = context.timings.campaignPromiseMaxMicros;',
  replace: 'const limit = context.timings.campaignMinMicros;',
  also: [
    {
      find: 'context.now + (campaigning.reEpoch ? context.timings.campaignPromiseMaxMicros : campaignMicros(context, context.failedCampaigns));',
      replace: 'campaigning.deadline;',
    },
  ],
  weather: { themes: ['lone-troubles'], nodes: [5, 3] },
}
