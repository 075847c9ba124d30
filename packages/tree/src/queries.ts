import type { Zxid } from '@synod/interface/protocol'
import { listLimitMax } from './commands/limits.ts'
import { validatePath } from './commands/paths.ts'
import type { Query, QueryResult } from './commands/types.ts'
import type { Namespace } from './namespace.ts'
import type { SessionTable } from './sessions.ts'
import { missing } from './transaction.ts'
import { statOf } from './znode.ts'

/** Code units of names in one answer to `list`, about. */
const listUnitsMax = 512 * 1024

/** What is asked, and of which state. */
export interface QueryContext {
  readonly namespace: Namespace
  readonly sessions: SessionTable
  readonly zxid: Zxid
}

/** Answers a query from the state; changes nothing. */
export function answerQuery(query: Query, context: QueryContext): QueryResult {
  const { zxid } = context
  if (query.kind === 'session') return answerSession(query, context)
  const node = context.namespace.get(query.path)
  if (node === undefined) {
    if (query.kind === 'exists' && validatePath(query.path) === null) return { kind: 'exists', zxid, stat: null }
    return { kind: 'rejected', ...missing(query.path) }
  }
  const stat = statOf(node)
  switch (query.kind) {
    case 'get':
      return { kind: 'get', zxid, data: node.data, stat }
    case 'exists':
      return { kind: 'exists', zxid, stat }
    case 'list': {
      const limit = Math.min(Math.max(query.limit, 1), listLimitMax)
      const page = node.children?.page({ after: query.after, limit, unitsMax: listUnitsMax }) ?? { names: [], more: false }
      return { kind: 'list', zxid, names: page.names, stat, more: page.more }
    }
  }
}

function answerSession(query: Extract<Query, { kind: 'session' }>, { sessions, zxid }: QueryContext): QueryResult {
  const session = sessions.get(query.sessionId)
  if (session === undefined || !isSecret(session.nonce, query.nonce)) {
    return { kind: 'session', zxid, found: false, timeoutMs: 0, nextSequence: 0 }
  }
  return { kind: 'session', zxid, found: true, timeoutMs: session.timeoutMs, nextSequence: session.nextSequence }
}

/** Equality that takes as long for a near miss as for a far one: the nonce is what proves a session's owner. */
function isSecret(secret: Uint8Array, given: Uint8Array): boolean {
  if (secret.length !== given.length) return false
  let difference = 0
  for (let at = 0; at < secret.length; at += 1) difference |= (secret[at] ?? 0) ^ (given[at] ?? 0)
  return difference === 0
}
