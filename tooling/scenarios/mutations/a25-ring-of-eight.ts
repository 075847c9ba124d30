import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A session keeps its last eight results, acknowledged or not (amendment 25).',
  module: 'tree/dist/sessions.js',
  find: ['        session.results.push(result);', '        session.nextSequence += 1;'].join('\n'),
  replace: [
    '        session.results.push(result);',
    '        session.nextSequence += 1;',
    '        if (session.results.length > 8) { session.results.shift(); session.ackedBelow += 1; }',
  ].join('\n'),
}
