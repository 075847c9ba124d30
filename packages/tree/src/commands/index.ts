/**
 * The tree's commands, queries and their answers, as values and as bytes; and the rules for paths. What a client needs of the tree.
 * @module
 */
export { decodeCommand, encodeCommand } from './command-codec.ts'
export {
  listLimitMax,
  nonceBytesMax,
  nonceBytesMin,
  operationsMax,
  parentsMadeMax,
  sessionTimeoutMsMax,
  sessionTimeoutMsMin,
  sessionWindow,
} from './limits.ts'
export { childOf, nameOf, parentOf, pathLengthMax, validatePath } from './paths.ts'
export { decodeQuery, decodeQueryResult, encodeQuery, encodeQueryResult } from './query-codec.ts'
export { decodeCommandResult, encodeCommandResult } from './result-codec.ts'
export type * from './types.ts'
