import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A promise to one life of a candidate is given to its next life as well (S79, trace T7).',
  module: 'election-core/dist/voting.js',
  find: 'const same = ask.epoch === promised.epoch && promised.candidate === peer.id && promised.candidateIncarnation === peer.incarnation;',
  replace: 'const same = ask.epoch === promised.epoch && promised.candidate === peer.id;',
  weather: { themes: ['stillborn-candidates'], nodes: [5] },
}
