import type { Entry } from '@synod/interface/protocol'
import {
  decodeCommand,
  decodeCommandResult,
  decodeQueryResult,
  encodeCommandResult,
  encodeQuery,
  type CommandResult,
} from '@synod/tree/commands'
import { bytesToHex, decodeCommandEnvelope, type CommandEnvelope } from '@synod/wire'
import { SessionModel, type ModelSession } from '../model/session-model.ts'
import { TreeModel } from '../model/tree-model.ts'
import type { Invariant, InvariantContext, ObservedServer } from './invariant.ts'

/** Answers of which nothing but the code is compared: the words are for people. */
type Expected = CommandResult | { readonly kind: 'rejected'; readonly code: string; readonly operation: number } | 'same bytes' | null

export const treeModel: Invariant = {
  name: 'I21, I22',
  title: 'Every command answers what a plain model of the tree answers, on every server: once, in order of its session, with equal bytes.',
  source: 'protocol §2.14, §2.16 I20 to I22, amendments 25, 26; known-bugs S75; docs of @synod/tree',
  create: (context) => {
    const oracle = new Oracle(context)
    const answers = new Map<number, Uint8Array>()
    return {
      onResult: (server, entry, result) => {
        const before = answers.get(entry.index)
        if (before === undefined) {
          answers.set(entry.index, result.slice())
          if (entry.type === 'command') oracle.check(server, entry, result)
        } else if (!sameBytes(before, result)) {
          context.fail(`server ${server.id} answers entry ${entry.index} otherwise than it was answered before`)
        }
      },
      atEnd: () => {
        // Sessions go on to expire when all else has settled: the model has what whoever applied most has.
        const appliedOf = ({ state }: ObservedServer): number => state?.appliedZxid.index ?? -1
        const [server] = Array.from(context.servers).sort((a, b) => appliedOf(b) - appliedOf(a))
        if (server !== undefined) oracle.compareNodes(server)
      },
    }
  },
}

class Oracle {
  readonly #context: InvariantContext
  readonly #tree: TreeModel = new TreeModel()
  readonly #sessions: SessionModel = new SessionModel()
  #cached: Uint8Array = new Uint8Array(0)

  constructor(context: InvariantContext) {
    this.#context = context
  }

  check({ id }: ObservedServer, entry: Entry, result: Uint8Array): void {
    const envelope = decodeCommandEnvelope(entry.payload)
    if (!envelope.ok) return
    const decoded = decodeCommandResult(result)
    if (!decoded.ok) return this.#context.fail(`server ${id} answers entry ${entry.index} with what cannot be read: ${decoded.reason}`)
    const expected = this.#expect(entry, envelope.value, { bytes: result, value: decoded.value })
    if (expected === null) return
    if (sameBytes(expected === 'same bytes' ? this.#cached : bytesOf(expected), result)) return
    if (expected !== 'same bytes' && textOf(expected) === textOf(decoded.value)) return
    const { sessionId, sequence } = envelope.value
    const wanted = expected === 'same bytes' ? 'the bytes of its first answer' : textOf(expected)
    this.#context.fail(
      `entry ${entry.index}, command ${sequence} of session ${sessionId}: server ${id} answers ${textOf(decoded.value)}, the model ${wanted}`,
    )
  }

  /** Every node that must be there is, with its value and `Stat`; each parent counts its children, so there is none besides. */
  compareNodes({ id, state }: ObservedServer): void {
    for (const [path, node] of this.#tree.nodes) {
      const answer = decodeQueryResult(state?.query(encodeQuery({ kind: 'get', path })) ?? new Uint8Array(0))
      if (!answer.ok || answer.value.kind !== 'get') this.#context.fail(`server ${id} has no ${path} at the end`)
      else if (JSON.stringify(sorted(answer.value.stat)) !== JSON.stringify(sorted(this.#tree.statOf(path))))
        this.#context.fail(
          `server ${id}: ${path} is ${JSON.stringify(answer.value.stat)}, the model ${JSON.stringify(this.#tree.statOf(path))}`,
        )
      else if (!sameBytes(answer.value.data, node.data)) this.#context.fail(`server ${id}: ${path} has another value than was written`)
    }
  }

  #expect(entry: Entry, envelope: CommandEnvelope, given: { readonly bytes: Uint8Array; readonly value: CommandResult }): Expected {
    const { sessionId } = envelope
    if (sessionId === 0) return this.#withoutSession(entry, envelope.operation, given.value)
    const session = this.#sessions.open.get(sessionId)
    if (session === undefined) return refused('SYNOD_SESSION_EXPIRED')
    const admission = this.#sessions.admit(session, envelope)
    if (admission.kind === 'cached') {
      this.#cached = admission.result
      this.#context.count('commands answered again')
      return 'same bytes'
    }
    if (admission.kind !== 'execute') {
      this.#context.count(`commands ${admission.kind}`)
      return admission as CommandResult
    }
    const expected = this.#inSession(entry, session, envelope.operation)
    this.#sessions.executed(session, given.bytes.slice())
    return expected
  }

  #inSession(entry: Entry, session: ModelSession, operation: Uint8Array): Expected {
    const command = decodeCommand(operation)
    if (!command.ok) return refused('SYNOD_BAD_FRAME')
    if (command.value.kind === 'closeSession') return this.#end(session, entry)
    if (command.value.kind !== 'transaction') return refused('SYNOD_NOT_SUPPORTED')
    const answer = this.#tree.execute(command.value.operations, stampOf(entry, session.id))
    return 'code' in answer ? { kind: 'rejected', ...answer } : { kind: 'transaction', results: answer }
  }

  #withoutSession(entry: Entry, operation: Uint8Array, given: CommandResult): Expected {
    const command = decodeCommand(operation)
    if (!command.ok) return refused('SYNOD_BAD_FRAME')
    switch (command.value.kind) {
      case 'transaction': {
        const answer = this.#tree.execute(command.value.operations, stampOf(entry, 0))
        return 'code' in answer ? { kind: 'rejected', ...answer } : { kind: 'transaction', results: answer }
      }
      case 'closeSession':
        return refused('SYNOD_SESSION_EXPIRED')
      case 'expireSession': {
        const session = this.#sessions.open.get(command.value.sessionId)
        if (session === undefined) return refused('SYNOD_SESSION_EXPIRED')
        if (session.touches === command.value.touchCount) return this.#end(session, entry)
        this.#context.count('expiries refused')
        return refused('SYNOD_BAD_VERSION')
      }
      case 'openSession': {
        const nonce = bytesToHex(command.value.nonce)
        const open = this.#sessions.byNonce(nonce)
        if (open !== undefined) {
          open.touches += 1
          return { kind: 'session', sessionId: open.id, timeoutMs: open.timeoutMs }
        }
        // The bounds of timeouts are the tree's: what it grants is taken for right the first time.
        if (given.kind !== 'session') return null
        this.#sessions.add(entry.index, nonce, given.timeoutMs)
        return { kind: 'session', sessionId: entry.index, timeoutMs: given.timeoutMs }
      }
    }
  }

  #end(session: ModelSession, entry: Entry): Expected {
    this.#tree.endSession(stampOf(entry, session.id))
    this.#sessions.open.delete(session.id)
    return { kind: 'closed' }
  }
}

function refused(code: string): Expected {
  return { kind: 'rejected', code, operation: -1 }
}

function stampOf(
  { epoch, index, timeMs }: Entry,
  sessionId: number,
): { zxid: { epoch: number; index: number }; timeMs: number; sessionId: number } {
  return { zxid: { epoch, index }, timeMs, sessionId }
}

/** None for a refusal: its words are not ours. */
function bytesOf(result: Exclude<Expected, null | 'same bytes'>): Uint8Array {
  return result.kind === 'rejected' ? new Uint8Array(0) : encodeCommandResult(result)
}

function textOf(result: Exclude<Expected, null | 'same bytes'>): string {
  if (result.kind === 'rejected') return `rejected ${result.code} at ${result.operation}`
  if (result.kind !== 'transaction') return JSON.stringify(sorted(result))
  return result.results.map((one) => JSON.stringify(sorted('stat' in one ? { ...one, stat: sorted(one.stat) } : one))).join(' ')
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
