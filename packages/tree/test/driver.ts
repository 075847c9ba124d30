import type { Entry, EntryType, MultiOperation, Stat, WatchBatch, WatchMode } from '@synod/interface/protocol'
import { createTree } from '@synod/tree'
import type { Tree, TreeOptions } from '@synod/tree'
import { decodeCommandResult, decodeQueryResult, encodeCommand, encodeQuery } from '@synod/tree/commands'
import type { Command, CommandResult, OperationResult, Query, QueryResult } from '@synod/tree/commands'
import { encodeCommandEnvelope, utf8Encode } from '@synod/wire'

/** A session as its client keeps it: sequence numbers, and everything acknowledged at once. */
export interface DrivenSession {
  readonly id: number
  sequence: number
}

/** Feeds a tree with entries, as a log would. */
export class Driver {
  readonly tree: Tree
  readonly entries: Entry[] = []
  timeMs = 1_700_000_000_000

  constructor(options: TreeOptions = {}) {
    this.tree = createTree(options)
  }

  append(type: EntryType, payload: Uint8Array): Uint8Array {
    this.timeMs += 1
    const entry: Entry = { epoch: 1, index: this.tree.appliedZxid.index + 1, type, timeMs: this.timeMs, payload }
    this.entries.push(entry)
    return this.tree.apply(entry)
  }

  /** A command as it is, with full control of the envelope. */
  send(envelope: { sessionId?: number; sequence?: number; ackedBelow?: number }, command: Command): CommandResult {
    const { sessionId = 0, sequence = 0, ackedBelow = 0 } = envelope
    return result(this.append('command', encodeCommandEnvelope({ sessionId, sequence, ackedBelow, operation: encodeCommand(command) })))
  }

  open(name: string, timeoutMs = 10_000): DrivenSession {
    const opened = this.send({}, { kind: 'openSession', nonce: nonceOf(name), timeoutMs })
    if (opened.kind !== 'session') throw new Error(`no session: ${JSON.stringify(opened)}`)
    return { id: opened.sessionId, sequence: 0 }
  }

  /** The next command of a session, everything before it acknowledged. */
  inSession(session: DrivenSession, command: Command): CommandResult {
    session.sequence += 1
    return this.send({ sessionId: session.id, sequence: session.sequence, ackedBelow: session.sequence }, command)
  }

  /** A transaction, of no session unless one is given. */
  run(operations: readonly MultiOperation[], session?: DrivenSession): CommandResult {
    const command: Command = { kind: 'transaction', operations }
    return session === undefined ? this.send({}, command) : this.inSession(session, command)
  }

  /** One operation that must succeed. */
  do(operation: MultiOperation, session?: DrivenSession): OperationResult {
    const done = this.run([operation], session)
    if (done.kind !== 'transaction' || done.results[0] === undefined) throw new Error(`refused: ${JSON.stringify(done)}`)
    return done.results[0]
  }

  create(
    path: string,
    more: Partial<Extract<MultiOperation, { op: 'create' }>> = {},
    session?: DrivenSession,
  ): { path: string; stat: Stat } {
    const done = this.do({ ...more, op: 'create', path }, session)
    if (done.op !== 'create') throw new Error('not the result of a create')
    return done
  }

  query(query: Query): QueryResult {
    const decoded = decodeQueryResult(this.tree.query(encodeQuery(query)))
    if (!decoded.ok) throw new Error(decoded.reason)
    return decoded.value
  }

  stat(path: string): Stat | null {
    const answer = this.query({ kind: 'exists', path })
    if (answer.kind !== 'exists') throw new Error(JSON.stringify(answer))
    return answer.stat
  }

  names(path: string, after = '', limit = 1000): readonly string[] {
    const answer = this.query({ kind: 'list', path, after, limit })
    if (answer.kind !== 'list') throw new Error(JSON.stringify(answer))
    return answer.names
  }

  /** Batches that a watch gets, one text per batch: `3: created /a, children /`. */
  watch(path: string, mode: WatchMode, from: number = this.tree.appliedZxid.index): { seen: string[]; close: () => void } {
    const seen: string[] = []
    const close = this.tree.subscribe({ path, mode, from }, (batch) => seen.push(describeBatch(batch)))
    return { seen, close }
  }
}

export function describeBatch(batch: WatchBatch): string {
  if (batch.kind === 'compacted') return `compacted ${batch.floor}`
  return `${batch.zxid.index}: ${batch.events.map((event) => `${event.type} ${event.path}`).join(', ')}`
}

export function result(bytes: Uint8Array): CommandResult {
  const decoded = decodeCommandResult(bytes)
  if (!decoded.ok) throw new Error(decoded.reason)
  return decoded.value
}

/** The refusal without its text: `SYNOD_NO_NODE 0`. */
export function refusal(result: CommandResult): string {
  return result.kind === 'rejected' ? `${result.code} ${result.operation}` : result.kind
}

export function nonceOf(name: string): Uint8Array {
  return utf8Encode(name.padEnd(16, '.'))
}

export function snapshotOf(tree: Tree): Uint8Array {
  const chunks = [...tree.snapshot()]
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

export function text(value: string): Uint8Array {
  return utf8Encode(value)
}
