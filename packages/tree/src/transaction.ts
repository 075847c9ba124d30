import type { SynodErrorCode } from '@synod/interface'
import type { MultiOperation } from '@synod/interface/protocol'
import { valueBytesMax } from '@synod/wire'
import type { ChangeLog } from './change-log.ts'
import { parentsMadeMax } from './commands/limits.ts'
import { parentOf, pathLengthMax, validatePath } from './commands/paths.ts'
import type { CommandResult, OperationResult } from './commands/types.ts'
import type { ChangeStamp, Namespace, NewNode } from './namespace.ts'
import { statOf } from './znode.ts'
import type { Znode } from './znode.ts'

/** What an operation acts on, and for whom. */
export interface TransactionContext {
  readonly namespace: Namespace
  readonly changes: ChangeLog
  readonly stamp: ChangeStamp
  /** 0: no session. */
  readonly sessionId: number
}

/** Why an operation is not executed. */
export interface Refusal {
  readonly code: SynodErrorCode
  readonly message: string
}

const noData: Uint8Array = new Uint8Array(0)

type CreateOperation = Extract<MultiOperation, { op: 'create' }>
type SetOperation = Extract<MultiOperation, { op: 'set' }>
type DeleteOperation = Extract<MultiOperation, { op: 'delete' }>

/**
 * Executes all operations or none. Each sees what those before it did; when one is refused, everything is as it was,
 * counters included, and the result names it.
 */
export function executeTransaction(operations: readonly MultiOperation[], context: TransactionContext): CommandResult {
  const { namespace, changes } = context
  const results: OperationResult[] = []
  const several = operations.length > 1
  if (several) namespace.begin()
  for (const [at, operation] of operations.entries()) {
    const result = execute(operation, context)
    if ('code' in result) {
      if (several) namespace.rollback()
      changes.clear()
      return { kind: 'rejected', code: result.code, message: result.message, operation: at }
    }
    results.push(result)
  }
  if (several) namespace.commit()
  return { kind: 'transaction', results }
}

/** To ensure correctness: an operation that is refused has changed nothing, because a lone one has no undo log. */
function execute(operation: MultiOperation, context: TransactionContext): OperationResult | Refusal {
  switch (operation.op) {
    case 'create':
      return executeCreate(operation, context)
    case 'set':
      return executeSet(operation, context)
    case 'delete':
      return executeDelete(operation, context)
    case 'check': {
      const node = nodeAtVersion(context.namespace, operation.path, operation.version)
      return 'code' in node ? node : { op: 'check' }
    }
  }
}

function executeSet(operation: SetOperation, { namespace, changes, stamp }: TransactionContext): OperationResult | Refusal {
  const node = nodeAtVersion(namespace, operation.path, operation.version)
  if ('code' in node) return node
  if (operation.data.length > valueBytesMax) return tooLarge(node.path, operation.data)
  namespace.setData(node, operation.data, stamp)
  changes.node('changed', node.path)
  return { op: 'set', stat: statOf(node) }
}

function executeDelete(operation: DeleteOperation, { namespace, changes, stamp }: TransactionContext): OperationResult | Refusal {
  const node = nodeAtVersion(namespace, operation.path, operation.version)
  if ('code' in node) return node
  if (node.parent === null) return { code: 'SYNOD_INVALID_PATH', message: 'the root cannot be deleted' }
  const children = node.children === null ? 0 : node.children.size
  if (children > 0) return { code: 'SYNOD_NOT_EMPTY', message: `${node.path} has ${children} children: delete them first` }
  namespace.remove(node, stamp)
  changes.node('deleted', node.path)
  changes.childrenOf(node.parent.path)
  return { op: 'delete' }
}

function executeCreate(operation: CreateOperation, context: TransactionContext): OperationResult | Refusal {
  const { path, data, sequential = false } = operation
  const { namespace, sessionId } = context
  const problem = validatePath(path, sequential)
  if (problem !== null) return invalidPath(path, problem)
  if (data !== undefined && data.length > valueBytesMax) return tooLarge(path, data)
  if (operation.ephemeral === true && sessionId === 0) {
    return { code: 'SYNOD_SESSION_EXPIRED', message: `${path} cannot be ephemeral: the command names no session` }
  }
  if (!sequential && namespace.get(path) !== undefined) return { code: 'SYNOD_NODE_EXISTS', message: `${path} exists` }
  const parentPath = parentOf(path)
  const above = closestAncestor(namespace, parentPath)
  if (above.path !== parentPath && operation.parents !== true) {
    return { code: 'SYNOD_NO_NODE', message: `${parentPath}, the parent of ${path}, does not exist` }
  }
  if (above.ephemeralOwner !== 0) {
    return { code: 'SYNOD_NO_CHILDREN_FOR_EPHEMERALS', message: `${above.path} is ephemeral and can have no children` }
  }
  const missing = levelsBetween(above.path, parentPath)
  if (context.changes.parentsMade + missing > parentsMadeMax) {
    return { code: 'SYNOD_TOO_LARGE', message: `${path} lacks ${missing} parents; one transaction makes at most ${parentsMadeMax} of them` }
  }
  const number = sequential ? freeNumber(namespace, path, above.path === parentPath ? above.nextSequential : 0) : 0
  const fullPath = sequential ? path + digits(number) : path
  if (fullPath.length > pathLengthMax) return invalidPath(path, `with its number it is longer than ${pathLengthMax} characters`)
  context.changes.parentsMade += missing
  const parent = createParents(context, above, parentPath)
  if (sequential) namespace.useSequential(parent, number)
  const ephemeralOwner = operation.ephemeral === true ? sessionId : 0
  const node = createNode(context, { path: fullPath, parent, data: data ?? noData, ephemeralOwner })
  return { op: 'create', path: fullPath, stat: statOf(node) }
}

/** The lowest unused number: one that the parent's counter has reached, and whose name nobody has made by hand. */
function freeNumber(namespace: Namespace, prefix: string, from: number): number {
  let number = from
  while (namespace.get(prefix + digits(number)) !== undefined) number += 1
  return number
}

function digits(number: number): string {
  return number.toString().padStart(10, '0')
}

/** The node at the path, or the one closest above it. The path must be valid. */
function closestAncestor(namespace: Namespace, path: string): Znode {
  for (let at = path; at !== '/'; at = parentOf(at)) {
    const node = namespace.get(at)
    if (node !== undefined) return node
  }
  return namespace.root
}

/** How many nodes are between `above` and `path`, `path` included. */
function levelsBetween(above: string, path: string): number {
  let levels = 0
  for (let at = path; at !== above; at = parentOf(at)) levels += 1
  return levels
}

/** Creates the plain nodes between `above` and `path`, and returns the last. */
function createParents(context: TransactionContext, above: Znode, path: string): Znode {
  let parent = above
  while (parent.path !== path) {
    const start = parent.path === '/' ? 1 : parent.path.length + 1
    const end = path.indexOf('/', start)
    parent = createNode(context, { path: end < 0 ? path : path.slice(0, end), parent, data: noData, ephemeralOwner: 0 })
  }
  return parent
}

function createNode({ namespace, changes, stamp }: TransactionContext, fields: NewNode): Znode {
  const node = namespace.create(fields, stamp)
  changes.node('created', node.path)
  changes.childrenOf(fields.parent.path)
  return node
}

function nodeAtVersion(namespace: Namespace, path: string, version: number | undefined): Znode | Refusal {
  const node = namespace.get(path)
  if (node === undefined) return missing(path)
  if (version === undefined || version === node.version) return node
  return { code: 'SYNOD_BAD_VERSION', message: `${path} has version ${node.version}, not ${version}` }
}

/** Why there is no such node: because it does not exist, or because this is no path. */
export function missing(path: string): Refusal {
  const problem = validatePath(path)
  return problem === null ? { code: 'SYNOD_NO_NODE', message: `${path} does not exist` } : invalidPath(path, problem)
}

function invalidPath(path: string, problem: string): Refusal {
  const shown = path.length > 80 ? `${path.slice(0, 80)}…` : path
  return { code: 'SYNOD_INVALID_PATH', message: `invalid path ${JSON.stringify(shown)}: ${problem}` }
}

function tooLarge(path: string, data: Uint8Array): Refusal {
  return { code: 'SYNOD_TOO_LARGE', message: `the value for ${path} has ${data.length} bytes, at most ${valueBytesMax} are allowed` }
}
