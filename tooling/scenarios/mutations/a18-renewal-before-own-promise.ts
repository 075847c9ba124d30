import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader renews its epoch before its own promise of it is durable (amendment 18c; S79).',
  module: 'election-core/dist/campaign.js',
  find: '    if (!own || !isQuorum(context.log.config, (id) => campaigning.grants.has(id)))',
  replace:
    '    if ((!own && !campaigning.reEpoch) || !isQuorum(context.log.config, (id) => id === context.self || campaigning.grants.has(id)))',
  weather: { themes: ['duelling-candidates'], nodes: [5, 3] },
}
