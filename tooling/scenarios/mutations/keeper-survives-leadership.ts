import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A server that leads no more goes on keeping sessions, and answers their pings.',
  module: 'replica/dist/client-work.js',
  find: ['        if (change.lost)', '            this.#keeper.stop();', ''].join('\n'),
  replace: '',
}
