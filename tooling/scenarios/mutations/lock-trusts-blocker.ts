import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Who waited before is gone, therefore it is our turn: nobody looks who else waits.',
  module: 'recipes/dist/queue/turn.js',
  find: 'await blockerGone(client, own, { path: `${options.path}/${blocker.name}`, from: zxid, end: end.signal });',
  replace: [
    'await blockerGone(client, own, { path: `${options.path}/${blocker.name}`, from: zxid, end: end.signal });',
    '            return;',
  ].join('\n'),
}
