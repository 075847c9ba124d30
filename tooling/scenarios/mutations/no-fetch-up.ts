import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A candidate leads without fetching the longer log of a voter (known-bugs §5, noFetch).',
  module: 'election-core/dist/campaign.js',
  find: 'if (grant && compareZxid(grant.lastZxid, best) > 0) {',
  replace: 'if (grant && compareZxid(grant.lastZxid, best) > 9e15) {',
}
