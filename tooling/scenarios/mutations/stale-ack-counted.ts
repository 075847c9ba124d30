import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'An acknowledgement of an older epoch is counted (known-bugs §5, staleAck; S48).',
  module: 'election-core/dist/replication.js',
  find: ['if (message.epoch !== context.leaderEpoch)', '        return;'].join('\n'),
  replace: ['if (message.epoch > context.leaderEpoch)', '        return;'].join('\n'),
  weather: { themes: ['late-frames', 'brief-leaders'], nodes: [3] },
}
