import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A stall is what passes between two steps, not what passes after the timer that was asked for (amendment 16).',
  module: 'election-core/dist/timers.js',
  find: 'const gap = context.now - context.timerAt;',
  replace: 'const gap = context.now - (context.steppedAt ?? context.now);\n    context.steppedAt = context.now;',
  weather: { themes: ['lone-pauses'], nodes: [3, 5], clients: 0 },
}
