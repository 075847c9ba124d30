import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'Any Append ends the suspicion of its leader, whether or not that one hears who suspects it (amendment 22).',
  module: 'election-core/dist/follower.js',
  find: '    const stale = (heldBefore && !echoIsFresh(context, peer)) || epoch <= peer.resignedEpoch;\n',
  replace: '    const stale = false;\n',
  weather: { themes: ['lone-half-deafness'], nodes: [3, 5] },
}
