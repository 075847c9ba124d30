import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'An opening that comes twice opens two sessions (amendment 26).',
  module: 'tree/dist/execute.js',
  find: ['if (open !== undefined) {', '        open.touchCount'].join('\n'),
  replace: ['if (open !== undefined && open.id < 0) {', '        open.touchCount'].join('\n'),
  weather: { themes: ['late-commands'], nodes: [3] },
}
