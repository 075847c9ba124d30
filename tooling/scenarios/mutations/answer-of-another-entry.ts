import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client is told the outcome of whatever stands where its command was to stand.',
  module: 'replica/dist/entry-waiters.js',
  find: 'if (waiter.epoch === entry.epoch)',
  replace: 'if (waiter.epoch !== null)',
}
