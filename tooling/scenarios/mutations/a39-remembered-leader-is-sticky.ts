import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Who looks for a leader still remembers the one that it suspects, and promises nothing to anybody else (amendment 39).',
  module: 'election-core/dist/voting.js',
  find: "    if (context.role === 'following')\n        return context.leader !== peer.id;\n",
  replace: '    if (context.leader !== 0)\n        return context.leader !== peer.id;\n',
  also: [{ module: 'election-core/dist/roles.js', find: '        context.leader = 0;\n', replace: '' }],
}
