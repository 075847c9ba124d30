import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Every append cuts the log behind it (known-bugs §5, alwaysTrunc; S40).',
  module: 'election-core/dist/follower.js',
  find: ['    let matched = prev.index;', ''].join('\n'),
  replace: [
    '    let matched = prev.index;',
    '    if (entries.length > 0 && context.log.lastIndex > prev.index && prev.index >= context.commitIndex) truncateLog(context, prev.index);',
    '',
  ].join('\n'),
}
