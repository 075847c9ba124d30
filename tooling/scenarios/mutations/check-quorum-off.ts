import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader goes on although no quorum answers (protocol §2.5).',
  module: 'election-core/dist/leading.js',
  find: 'const heard = (peer) => peer !== undefined && Math.max(peer.confirmAt, context.downGuard) >= downAt;',
  replace: 'const heard = (peer) => peer !== undefined;',
}
