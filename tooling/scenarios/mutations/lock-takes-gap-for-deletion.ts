import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Who has a place in the queue of a lock takes the loss of a watch’s history for the deletion of its own.',
  module: 'recipes/dist/shared/node-gone.js',
  find: "        if (event.type === 'compacted' && (await retrying(() => client.exists(path), signal)) === null)\n",
  replace: "        if (event.type === 'compacted')\n",
  weather: { themes: ['short-histories'], nodes: [3] },
}
