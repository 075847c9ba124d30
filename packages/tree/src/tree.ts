import { SynodError } from '@synod/interface'
import { zxidZero } from '@synod/interface/protocol'
import type { Entry, LogIndex, SessionInfo, StateMachine, WatchBatch, WatchSource, WatchSpec, Zxid } from '@synod/interface/protocol'
import { decodeCommandEnvelope, encodeCommandEnvelope } from '@synod/wire'
import { ChangeLog } from './change-log.ts'
import { encodeCommand } from './commands/command-codec.ts'
import { decodeQuery } from './commands/query-codec.ts'
import { executeCommand } from './execute.ts'
import { Namespace } from './namespace.ts'
import { resolveTreeOptions } from './options.ts'
import type { ResolvedTreeOptions, TreeOptions } from './options.ts'
import { answerQuery } from './queries.ts'
import { ResultSlab } from './result-slab.ts'
import { SessionTable } from './sessions.ts'
import { readSnapshot } from './snapshot-reader.ts'
import { hashState, writeSnapshot } from './snapshot-writer.ts'
import { WatchHub } from './watch-hub.ts'

/** The replicated namespace: what the log drives, and where watches get their events. */
export interface Tree extends StateMachine, WatchSource {
  /** Nodes in the tree, the root included. */
  readonly nodeCount: number
  /** Open sessions. */
  readonly sessionCount: number
}

/**
 * Makes an empty tree: the root and no session. Every server of a cluster has one and applies the same entries to it.
 * Throws `SYNOD_INVALID_CONFIG` with all issues.
 */
export function createTree(options: TreeOptions = {}): Tree {
  return new ReplicatedTree(resolveTreeOptions(options))
}

const noResult: Uint8Array = new Uint8Array(0)

class ReplicatedTree implements Tree {
  readonly #watches: WatchHub
  readonly #answers: ResultSlab = new ResultSlab()
  #namespace: Namespace = new Namespace()
  #sessions: SessionTable = new SessionTable()
  #applied: Zxid = zxidZero

  constructor(options: ResolvedTreeOptions) {
    this.#watches = new WatchHub(options)
  }

  get appliedZxid(): Zxid {
    return this.#applied
  }

  get nodeCount(): number {
    return this.#namespace.nodeCount
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  get sizeEstimate(): number {
    return this.#namespace.sizeBytes + this.#sessions.sizeBytes
  }

  get historyFloor(): LogIndex {
    return this.#watches.historyFloor
  }

  apply(entry: Entry): Uint8Array {
    const { index } = this.#applied
    if (entry.index !== index + 1)
      throw new SynodError('SYNOD_INVARIANT', `entry ${entry.index} cannot be applied after entry ${index} (I6)`)
    const zxid: Zxid = { epoch: entry.epoch, index: entry.index }
    if (entry.type !== 'command') {
      this.#applied = zxid
      return noResult
    }
    const changes = new ChangeLog(zxid)
    const result = executeCommand(decodeCommandEnvelope(entry.payload), {
      namespace: this.#namespace,
      sessions: this.#sessions,
      stamp: { zxid, timeMs: entry.timeMs },
      changes,
      answers: this.#answers,
    })
    this.#applied = zxid
    this.#watches.publish(zxid, changes.events)
    return result
  }

  query(request: Uint8Array): Uint8Array {
    const query = decodeQuery(request)
    if (!query.ok) return this.#answers.query({ kind: 'rejected', code: 'SYNOD_BAD_FRAME', message: `malformed query: ${query.reason}` })
    return this.#answers.query(answerQuery(query.value, { namespace: this.#namespace, sessions: this.#sessions, zxid: this.#applied }))
  }

  snapshot(): Iterable<Uint8Array> {
    return writeSnapshot({ namespace: this.#namespace, sessions: this.#sessions, zxid: this.#applied })
  }

  restore(bytes: Uint8Array, zxid: Zxid): void {
    const state = readSnapshot(bytes, zxid)
    const replaced = this.#applied.index
    this.#namespace = state.namespace
    this.#sessions = state.sessions
    this.#applied = state.zxid
    this.#watches.reset(replaced, state.zxid.index)
  }

  hash(): string {
    return hashState({ namespace: this.#namespace, sessions: this.#sessions, zxid: this.#applied })
  }

  *sessions(): Generator<SessionInfo, void, undefined> {
    for (const { id, timeoutMs, touchCount } of this.#sessions.values()) yield { id, timeoutMs, touchCount }
  }

  expireSession(id: number, touchCount: number): Uint8Array {
    const operation = encodeCommand({ kind: 'expireSession', sessionId: id, touchCount })
    return encodeCommandEnvelope({ sessionId: 0, sequence: 0, ackedBelow: 0, operation })
  }

  due(_timeMs: number): readonly Uint8Array[] {
    return []
  }

  subscribe(spec: WatchSpec, deliver: (batch: WatchBatch) => void): () => void {
    return this.#watches.subscribe(spec, this.#applied.index, deliver)
  }
}
