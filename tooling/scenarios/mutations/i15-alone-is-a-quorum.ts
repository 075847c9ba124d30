import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Whoever looks for a leader asks for promises, whether or not a quorum looks for one, too (protocol §2.6, rule 5).',
  module: 'election-core/dist/canvass.js',
  find: 'if (!isQuorum(context.log.config, (id) => pool.includes(id))) {',
  replace: 'if (pool.length === 0) {',
}
