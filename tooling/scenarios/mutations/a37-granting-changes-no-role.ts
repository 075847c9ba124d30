import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Who leads, follows or campaigns goes on with it after a grant to somebody else (amendment 37).',
  module: 'election-core/dist/voting.js',
  find: "if (!keepsItsLeader && context.role !== 'looking')",
  replace: "if (!keepsItsLeader && context.role === 'relayed')",
}
