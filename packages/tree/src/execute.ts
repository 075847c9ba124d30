import type { CommandEnvelope, Decoded } from '@synod/wire'
import type { ChangeLog } from './change-log.ts'
import { decodeCommand } from './commands/command-codec.ts'
import { nonceBytesMax, nonceBytesMin, sessionTimeoutMsMax, sessionTimeoutMsMin } from './commands/limits.ts'
import type { Command, CommandResult } from './commands/types.ts'
import type { ChangeStamp, Namespace } from './namespace.ts'
import type { ResultSlab } from './result-slab.ts'
import type { SessionRecord, SessionTable } from './sessions.ts'
import { executeTransaction } from './transaction.ts'
import type { Refusal } from './transaction.ts'

/** What a command acts on. */
export interface ExecuteContext {
  readonly namespace: Namespace
  readonly sessions: SessionTable
  readonly stamp: ChangeStamp
  readonly changes: ChangeLog
  readonly answers: ResultSlab
}

/** Executes a command exactly once, and returns the bytes of its result. Total: malformed bytes are a rejection (S77). */
export function executeCommand(envelope: Decoded<CommandEnvelope>, context: ExecuteContext): Uint8Array {
  if (!envelope.ok) return context.answers.command(malformed(envelope.reason))
  const { sessionId, sequence, ackedBelow, operation } = envelope.value
  if (sessionId === 0) return context.answers.command(executeWithoutSession(decodeCommand(operation), context))
  const session = context.sessions.get(sessionId)
  if (session === undefined) return context.answers.command(rejected(noSession(sessionId)))
  const admission = context.sessions.admit(session, sequence, ackedBelow)
  if (admission.kind === 'cached') return admission.result
  if (admission.kind !== 'execute') return context.answers.command(admission)
  const result = context.answers.command(executeInSession(decodeCommand(operation), session, context))
  if (context.sessions.get(sessionId) !== undefined) context.sessions.keep(session, result.slice())
  return result
}

function executeWithoutSession(command: Decoded<Command>, context: ExecuteContext): CommandResult {
  if (!command.ok) return malformed(command.reason)
  switch (command.value.kind) {
    case 'openSession':
      return openSession(command.value, context)
    case 'expireSession':
      return expireSession(command.value, context)
    case 'transaction':
      return executeTransaction(command.value.operations, { ...context, sessionId: 0 })
    case 'closeSession':
      return rejected({ code: 'SYNOD_SESSION_EXPIRED', message: 'the command that closes a session must name it in its envelope' })
  }
}

function executeInSession(command: Decoded<Command>, session: SessionRecord, context: ExecuteContext): CommandResult {
  if (!command.ok) return malformed(command.reason)
  switch (command.value.kind) {
    case 'transaction':
      return executeTransaction(command.value.operations, { ...context, sessionId: session.id })
    case 'closeSession':
      return endSession(session, context)
    case 'openSession':
    case 'expireSession':
      return rejected({ code: 'SYNOD_NOT_SUPPORTED', message: `${command.value.kind} is no command of a session` })
  }
}

/** The session's id is the index of the entry; the nonce makes a repetition harmless (amendment 26). */
function openSession(command: Extract<Command, { kind: 'openSession' }>, { sessions, stamp }: ExecuteContext): CommandResult {
  const { nonce } = command
  if (nonce.length < nonceBytesMin || nonce.length > nonceBytesMax) {
    return malformed(`the nonce of a session has ${nonceBytesMin} to ${nonceBytesMax} bytes, not ${nonce.length}`)
  }
  const open = sessions.byNonce(nonce)
  if (open !== undefined) {
    open.touchCount += 1
    return { kind: 'session', sessionId: open.id, timeoutMs: open.timeoutMs }
  }
  const id = stamp.zxid.index
  const timeoutMs = Math.min(Math.max(command.timeoutMs, sessionTimeoutMsMin), sessionTimeoutMsMax)
  sessions.add({ id, nonce: nonce.slice(), timeoutMs, touchCount: 1, nextSequence: 1, ackedBelow: 1, results: [] })
  return { kind: 'session', sessionId: id, timeoutMs }
}

/** Judged by the touch count: a command of the session that came in between keeps it alive. */
function expireSession(command: Extract<Command, { kind: 'expireSession' }>, context: ExecuteContext): CommandResult {
  const session = context.sessions.get(command.sessionId)
  if (session === undefined) return rejected(noSession(command.sessionId))
  if (session.touchCount === command.touchCount) return endSession(session, context)
  const message = `session ${session.id} has touch count ${session.touchCount}, not ${command.touchCount}: it is alive`
  return rejected({ code: 'SYNOD_BAD_VERSION', message })
}

/** The session and its ephemeral nodes go in one step (I20), in path order. */
function endSession(session: SessionRecord, { namespace, sessions, stamp, changes }: ExecuteContext): CommandResult {
  for (const path of namespace.ephemeralsOf(session.id)) {
    const node = namespace.get(path)
    if (node === undefined || node.parent === null) continue
    namespace.remove(node, stamp)
    changes.node('deleted', path)
    changes.childrenOf(node.parent.path)
  }
  sessions.remove(session)
  return { kind: 'closed' }
}

function noSession(id: number): Refusal {
  return { code: 'SYNOD_SESSION_EXPIRED', message: `session ${id} has expired or was closed` }
}

function malformed(reason: string): CommandResult {
  return rejected({ code: 'SYNOD_BAD_FRAME', message: `malformed command: ${reason}` })
}

function rejected(refusal: Refusal): CommandResult {
  return { kind: 'rejected', ...refusal, operation: -1 }
}
