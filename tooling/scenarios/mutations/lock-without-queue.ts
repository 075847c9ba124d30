import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A contender takes the lock without waiting for who is before it.',
  module: 'recipes/dist/queue/contender.js',
  find: ["        if (own.kind === 'exclusive' || contender.kind === 'exclusive')", '            blocker = contender;'].join('\n'),
  replace: ["        if (own.kind === 'exclusive' && contender.kind === 'shared')", '            blocker = contender;'].join('\n'),
}
