import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'An append is acknowledged before it is durable (known-bugs §5; S1, S3).',
  module: 'election-core/dist/follower.js',
  find: 'send(context, peer, { ...common, durableIndex: what.matched }, { durable: true, answers: true });',
  replace: 'send(context, peer, { ...common, durableIndex: what.matched }, { durable: false, answers: true });',
}
