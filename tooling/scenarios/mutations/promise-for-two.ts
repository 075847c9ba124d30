import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A promise of an epoch is given to a second candidate of that epoch (S46, S47).',
  module: 'election-core/dist/voting.js',
  find: 'if (!same && (ask.epoch <= promised.epoch || isSticky(context, peer, ask))) {',
  replace: 'if (!same && (ask.epoch < promised.epoch || isSticky(context, peer, ask))) {',
}
