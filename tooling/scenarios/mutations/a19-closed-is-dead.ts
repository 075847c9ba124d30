import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A closed connection is a dead server, at once (amendment 19).',
  module: 'election-core/dist/canvass.js',
  find: 'graceUntil = Math.max(graceUntil, peer.closedAt + Math.max(2 * peer.roundTrip, context.timings.closedGraceMinMicros));',
  replace: 'graceUntil = Math.max(graceUntil, peer.closedAt);',
  weather: { themes: ['lone-troubles'], nodes: [5, 3] },
}
