import type { Mutation } from '../src/mutation.ts'

export const mutation: Mutation = {
  title: 'A client counts its session half as long again as it lasts.',
  module: 'client/dist/session-keeper.js',
  find: 'return (timeoutMs - Math.max(Math.ceil(timeoutMs / 10), 200)) * 1000;',
  replace: 'return timeoutMs * 1500;',
}
