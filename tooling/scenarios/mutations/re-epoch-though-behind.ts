import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader renews its epoch although a voter knows a longer log (amendments: 2748 walks).',
  module: 'election-core/dist/campaign.js',
  find: [
    '        if (campaigning.reEpoch) {',
    '            context.campaign = null;',
    "            stepDown(context, 'behind');",
    '        }',
  ].join('\n'),
  replace: ['        if (campaigning.reEpoch) {', '            resumeInNewEpoch(context, campaigning);', '        }'].join('\n'),
  weather: { themes: ['brief-leaders'], nodes: [3] },
}
