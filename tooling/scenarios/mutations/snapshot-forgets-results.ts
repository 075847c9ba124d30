import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A snapshot carries sessions without the results that their clients may ask for again.',
  module: 'tree/dist/snapshot-reader.js',
  find: 'sessions.add({ id, nonce, timeoutMs, touchCount, ackedBelow, nextSequence: ackedBelow + results.length, results });',
  replace:
    'sessions.add({ id, nonce, timeoutMs, touchCount, ackedBelow: ackedBelow + results.length, nextSequence: ackedBelow + results.length, results: [] });',
}
