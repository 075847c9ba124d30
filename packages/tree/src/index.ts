/**
 * The replicated namespace of Synod as a pure state machine: znodes, sessions, transactions and watches. Nothing in here
 * knows of time, chance or other servers: equal entries give equal trees.
 * @module
 */
export { resolveTreeOptions } from './options.ts'
export type { ResolvedTreeOptions, TreeOptions } from './options.ts'
export { createTree } from './tree.ts'
export type { Tree } from './tree.ts'
