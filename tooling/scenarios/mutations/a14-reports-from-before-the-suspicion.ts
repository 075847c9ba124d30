import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'What a leader said of itself, and others of it, before it was suspected counts as a sign of life (amendment 14).',
  module: 'election-core/dist/canvass.js',
  find: ' || peer.statusAt <= context.lookingSince || peer.suspicion ===',
  replace: ' || peer.suspicion ===',
  also: [
    { find: ' || peer.statusAt <= context.lookingSince || !isFresh(context, peer))', replace: ' || !isFresh(context, peer))' },
    { module: 'election-core/dist/follower.js', find: '        peer.status = null;\n', replace: '' },
    {
      module: 'election-core/dist/freshness.js',
      find: '    if (!isCanvassing(context.role))\n        return true;',
      replace: "    if (!isCanvassing(context.role) || status.role === 'leading')\n        return true;",
    },
  ],
  weather: { themes: ['lone-pauses'], nodes: [3, 5] },
}
