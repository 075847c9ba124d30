import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A snapshot is said to be of an entry that it does not hold yet.',
  module: 'replica/dist/snapshots.js',
  find: 'const zxid = stateMachine.appliedZxid;',
  replace: 'const zxid = { epoch: stateMachine.appliedZxid.epoch, index: stateMachine.appliedZxid.index + 1 };',
}
