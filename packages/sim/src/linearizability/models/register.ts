import type { Model } from '../model.ts'
import type { Operation } from '../operation.ts'

/** What a client asks of one node of the tree. `version` omitted: any. */
export type RegisterOp =
  | { readonly kind: 'create'; readonly key: string; readonly value: string }
  | { readonly kind: 'set'; readonly key: string; readonly value: string; readonly version?: number }
  | { readonly kind: 'delete'; readonly key: string; readonly version?: number }
  | { readonly kind: 'get'; readonly key: string }

/**
 * What it was told. `position` is the log index of the entry that wrote the value (`stat.mzxid.index`), when it was recorded:
 * it makes the check sharper, since positions grow along every correct order.
 */
export type RegisterResult =
  /** Answer to `create` and `set`. */
  | { readonly kind: 'written'; readonly version: number; readonly position?: number }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'found'; readonly value: string; readonly version: number; readonly position?: number }
  /** There is no such node. */
  | { readonly kind: 'absent' }
  /** Answer to a `create` of a node that is there. */
  | { readonly kind: 'exists' }
  /** The node is there with another version than the one asked for. */
  | { readonly kind: 'badVersion' }

/** A node of the tree, or none. The position of its last write is `floor` when `exact`, and somewhere above it when not. */
export interface RegisterState {
  readonly node: { readonly value: string; readonly version: number } | null
  readonly floor: number
  readonly exact: boolean
}

/** One node of the tree as `create`, `set`, `delete` and `get` show it: a new node has version 0, each `set` adds one. */
export const registerModel: Model<RegisterState, RegisterOp, RegisterResult> = {
  partition: ({ key }) => key,
  initial: { node: null, floor: -1, exact: true },
  step(state, op, result) {
    switch (op.kind) {
      case 'create':
        if (state.node !== null) return agrees(result, 'exists') ? state : null
        return written(state, { value: op.value, version: 0 }, result)
      case 'set':
        return set(state, op, result)
      case 'delete':
        return remove(state, op, result)
      case 'get':
        return get(state, result)
    }
  },
  isRead: (_, { kind }) => kind !== 'written' && kind !== 'deleted',
  simplify: withoutUnreadValues,
  fingerprint: ({ node, floor, exact }) => JSON.stringify([node?.value ?? null, node?.version ?? null, floor, exact]),
  describeState({ node, floor, exact }) {
    const position = floor < 0 ? '' : exact ? ` at ${floor}` : ` after ${floor}`
    return node === null ? `absent${position}` : `"${node.value}" v${node.version}${position}`
  },
  describe: (op, result) => `${describeOp(op)} → ${describeResult(result)}`,
}

/** Open writes of values that nobody found become alike: which of them took effect makes no difference that anybody saw. */
function withoutUnreadValues(operations: readonly Operation<RegisterOp, RegisterResult>[]): Operation<RegisterOp, RegisterResult>[] {
  const found = new Set(operations.map(({ result }) => (result?.kind === 'found' ? result.value : undefined)))
  let neverFound = '(never found)'
  while (found.has(neverFound)) neverFound += '!'
  return operations.map((operation) => {
    const { op } = operation
    if (operation.return !== null || !('value' in op) || found.has(op.value)) return operation
    return { ...operation, op: { ...op, value: neverFound } }
  })
}

function set(state: RegisterState, op: RegisterOp & { kind: 'set' }, result: RegisterResult | undefined): RegisterState | null {
  if (state.node === null) return agrees(result, 'absent') ? state : null
  if (isOther(state.node, op.version)) return agrees(result, 'badVersion') ? state : null
  return written(state, { value: op.value, version: state.node.version + 1 }, result)
}

function remove(state: RegisterState, op: RegisterOp & { kind: 'delete' }, result: RegisterResult | undefined): RegisterState | null {
  if (state.node === null) return agrees(result, 'absent') ? state : null
  if (isOther(state.node, op.version)) return agrees(result, 'badVersion') ? state : null
  return agrees(result, 'deleted') ? { node: null, floor: state.floor, exact: false } : null
}

function get(state: RegisterState, result: RegisterResult | undefined): RegisterState | null {
  if (result === undefined) return state
  if (state.node === null) return result.kind === 'absent' ? state : null
  if (result.kind !== 'found' || result.value !== state.node.value || result.version !== state.node.version) return null
  const { position } = result
  if (position === undefined) return state
  if (state.exact) return position === state.floor ? state : null
  return position > state.floor ? { node: state.node, floor: position, exact: true } : null
}

function written(state: RegisterState, node: { value: string; version: number }, result: RegisterResult | undefined): RegisterState | null {
  if (result === undefined) return { node, floor: state.floor, exact: false }
  if (result.kind !== 'written' || result.version !== node.version) return null
  const { position } = result
  if (position === undefined) return { node, floor: state.floor, exact: false }
  return position > state.floor ? { node, floor: position, exact: true } : null
}

function isOther(node: { readonly version: number }, version: number | undefined): boolean {
  return version !== undefined && version !== node.version
}

function agrees(result: RegisterResult | undefined, kind: RegisterResult['kind']): boolean {
  return result === undefined || result.kind === kind
}

function describeOp(op: RegisterOp): string {
  const version = 'version' in op && op.version !== undefined ? ` if v${op.version}` : ''
  return `${op.kind} ${op.key}${'value' in op ? ` = "${op.value}"` : ''}${version}`
}

function describeResult(result: RegisterResult | undefined): string {
  if (result === undefined) return 'unknown'
  const position = 'position' in result && result.position !== undefined ? ` at ${result.position}` : ''
  switch (result.kind) {
    case 'written':
      return `v${result.version}${position}`
    case 'found':
      return `"${result.value}" v${result.version}${position}`
    case 'deleted':
    case 'absent':
    case 'exists':
    case 'badVersion':
      return result.kind
  }
}
