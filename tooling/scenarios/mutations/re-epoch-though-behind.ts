import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title:
    'A leader renews its epoch although a voter knows a longer log (amendments: 2748 walks), and without asking whether it still leads (17), which keeps that away as well.',
  module: 'election-core/dist/campaign.js',
  find: [
    '        if (campaigning.reEpoch) {',
    '            context.campaign = null;',
    "            stepDown(context, 'behind');",
    '        }',
  ].join('\n'),
  replace: ['        if (campaigning.reEpoch) {', '            resumeInNewEpoch(context, campaigning);', '        }'].join('\n'),
  also: [
    {
      module: 'election-core/dist/re-epoch.js',
      find: '    if (!isConfirmedSince(context, context.renewalThresholds))\n        return;\n',
      replace: '',
    },
  ],
  weather: { themes: ['brief-leaders', 'paused-leaders'], nodes: [3] },
}
