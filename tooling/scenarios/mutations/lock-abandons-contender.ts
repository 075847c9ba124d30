import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Who waits no longer for a lock leaves the place in the queue behind.',
  module: 'recipes/dist/queue/enter.js',
  find: 'entering.then((contender) => leaveQueue(client, contender), () => undefined);',
  replace: 'entering.then(() => undefined, () => undefined);',
}
