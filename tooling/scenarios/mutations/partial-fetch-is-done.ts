import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A part of a fetched log is taken for all of it (amendment 5).',
  module: 'election-core/dist/fetch.js',
  find: ['    campaigning.windowLast = window.last;', ''].join('\n'),
  replace: [
    '    campaigning.windowLast = window.last;',
    '    for (const id of campaigning.grants.keys()) campaigning.grants.set(id, { ...campaigning.grants.get(id), lastZxid: { epoch: 0, index: 0 } });',
    '',
  ].join('\n'),
  weather: { themes: ['constrained-election', 'duelling-candidates'], nodes: [5] },
}
