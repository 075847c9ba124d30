import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A server that lost its disk takes part in forming a cluster anew as if it were the first start (known-bugs §5, wipe; S16, S73).',
  module: 'election-core/dist/formation.js',
  find: "context.notices.push({ kind: 'storageMissing', heard: holder.id });",
  replace:
    "context.store = 'pristine'; context.formed = true; context.clusterId = holder.clusterId ?? context.clusterId; context.incarnation = 1;",
  weather: { themes: ['none'], nodes: [3, 5] },
}
