import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A grant for an older campaign is counted for the present one (S48).',
  module: 'election-core/dist/campaign.js',
  find: 'if (!campaigning || ack.epoch !== campaigning.epoch || ack.candidateIncarnation !== context.incarnation)',
  replace: 'if (!campaigning)',
  weather: { themes: ['late-frames', 'duelling-candidates'], nodes: [3, 5] },
}
