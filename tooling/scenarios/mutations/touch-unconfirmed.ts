import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Whoever believes that it leads answers the pings of its clients at once, before a quorum has confirmed it (amendment 6).',
  module: 'replica/dist/touches.js',
  find: ['            this.#host.confirm((confirmed) => {', '                if (!this.#mayAnswer(confirmed))'].join('\n'),
  replace: ['            ((done) => done(true))((confirmed) => {', '                if (!this.#mayAnswer(confirmed))'].join('\n'),
  weather: { themes: ['besieged-clients'], nodes: [3] },
}
