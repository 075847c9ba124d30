import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'What a server has said counts for 100 ms, it says so every 500 ms, and nobody answers (amendment 9).',
  module: 'election-core/dist/freshness.js',
  find: 'return now - Math.max(peer.statusAt, context.lookingSince) <= 3 * interval + 2 * peer.roundTrip + 5_000;',
  replace: 'return interval > 0 && now - Math.max(peer.statusAt, context.lookingSince) <= 100_000;',
  also: [
    {
      find: 'return context.now - context.lookingSince > timings.lookingPatienceMicros ? timings.statusSlowMicros : timings.statusMicros;',
      replace: 'return timings.statusMicros * 10;',
    },
    { module: 'election-core/dist/status.js', find: '    if (!wanted)\n', replace: '    if (wanted !== null)\n' },
  ],
  weather: { themes: ['lone-troubles'], nodes: [5, 3] },
}
