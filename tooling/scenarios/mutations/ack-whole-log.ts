import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A follower acknowledges its whole log, not what the message proved to match (known-bugs §5, ackWholeLog; S45).',
  module: 'election-core/dist/follower.js',
  find: 'acknowledge(context, peer, { epoch: append.epoch, matched });',
  replace: 'acknowledge(context, peer, { epoch: append.epoch, matched: context.log.lastIndex });',
  weather: { themes: ['deposed-leaders'], nodes: [3, 5] },
}
