import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client takes word of a gap before its write for the result of the write, and is done with it.',
  module: 'client/dist/outbox.js',
  find: "        if (result.kind === 'gap' || result.kind === 'window') {",
  replace: "        if (result.kind === 'window') {",
  weather: { themes: ['deposed-leaders', 'brief-leaders'], nodes: [3], bursts: true },
}
