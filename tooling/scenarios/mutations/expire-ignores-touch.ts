import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A session is ended although its client was heard after that was decided.',
  module: 'tree/dist/execute.js',
  find: 'if (session.touchCount === command.touchCount)',
  replace: 'if (session.touchCount >= command.touchCount)',
  weather: { themes: ['late-commands'], nodes: [3] },
}
