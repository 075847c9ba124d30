import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Reads asked of a leader are carried over to the next one (amendment 1).',
  module: 'election-core/dist/roles.js',
  find: 'export function failFollowerReads(context) {',
  replace: 'export function failFollowerReads(context) { return;',
}
