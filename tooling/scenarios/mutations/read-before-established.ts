import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A leader answers reads before it has committed an entry of its own (amendments: 65 walks).',
  module: 'election-core/dist/read-index.js',
  find: ['export function onRead(context, readId) {', "    if (context.role === 'leading' && context.strength === 'established') {"].join(
    '\n',
  ),
  replace: ['export function onRead(context, readId) {', "    if (context.role === 'leading') {"].join('\n'),
}
