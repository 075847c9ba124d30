import { encodeCommand, encodeQuery, listLimitMax } from '@synod/tree/commands'
import type { Query } from '@synod/tree/commands'
import { payloadBytesMax, valueBytesMax } from '@synod/wire'
import { SynodError } from '@synod/interface'
import type {
  CallOptions,
  Children,
  CoordinationClient,
  Created,
  CreateOptions,
  ListOptions,
  MultiOperation,
  MultiResult,
  NodeData,
  ReadOptions,
  Session,
  Stat,
  VersionOptions,
  Watch,
  WatchOptions,
} from '@synod/interface/coordination'
import { ReadCall, WriteCall } from './calls.ts'
import type { WriteShape } from './calls.ts'
import { Engine } from './engine.ts'
import { clientClosed } from './errors.ts'
import { resolveClientOptions } from './options.ts'
import type { ClientOptions } from './options.ts'

const listLimitDefault = 1000
/** Room for session, sequence and acknowledgement around a transaction. */
const envelopeBytesMax = 64

/**
 * A client over any `Dialer`. It connects at the first call that needs a server and opens its session at the first write;
 * `connect` does both at once. Throws `SYNOD_INVALID_CONFIG` naming every issue of the options.
 */
export function createClient(options: ClientOptions): CoordinationClient {
  return new EngineClient(new Engine(resolveClientOptions(options)))
}

/** The application's side of an engine: checks arguments, makes calls of them. */
export class EngineClient implements CoordinationClient {
  readonly session: Session
  readonly #engine: Engine
  #closing: Promise<void> | null = null

  constructor(engine: Engine) {
    this.#engine = engine
    this.session = sessionView(engine)
  }

  create(path: string, data: Uint8Array, options: CreateOptions = {}): Promise<Created> {
    const { ephemeral = false, sequential = false, parents = false, signal } = options
    return this.#write('create', [{ op: 'create', path, data, ephemeral, sequential, parents }], signal)
  }

  set(path: string, data: Uint8Array, options: VersionOptions = {}): Promise<Stat> {
    return this.#write('set', [{ op: 'set', path, data, ...versionOf(options) }], options.signal)
  }

  delete(path: string, options: VersionOptions = {}): Promise<void> {
    return this.#write('delete', [{ op: 'delete', path, ...versionOf(options) }], options.signal)
  }

  multi(operations: readonly MultiOperation[], options: CallOptions = {}): Promise<readonly MultiResult[]> {
    return this.#write('multi', operations, options.signal)
  }

  get(path: string, options: ReadOptions = {}): Promise<NodeData> {
    return this.#read({ kind: 'get', path }, options)
  }

  exists(path: string, options: ReadOptions = {}): Promise<Stat | null> {
    return this.#read({ kind: 'exists', path }, options)
  }

  list(path: string, options: ListOptions = {}): Promise<Children> {
    const { after = '', limit = listLimitDefault } = options
    return this.#read({ kind: 'list', path, after, limit }, options)
  }

  watch(path: string, options: WatchOptions = {}): Watch {
    checkPath(path)
    options.signal?.throwIfAborted()
    if (this.#closing !== null) throw clientClosed()
    return this.#engine.watches.open(path, options)
  }

  close(): Promise<void> {
    if (this.#closing !== null) return this.#closing
    let start = (): void => undefined
    this.#closing = new Promise((resolve, reject) => {
      start = () => void this.#close().then(resolve, reject)
    })
    // Not sooner: it tells holders at once that their session is over, and one of them may call `close` in turn.
    start()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const engine = this.#engine
    const { clock, closeTimeout } = engine.options
    // Settled by the answer or by `stop`, whichever comes first.
    await new Promise<void>((resolve) => {
      const last = new WriteCall(
        clock.now(),
        { shape: 'close', operation: encodeCommand({ kind: 'closeSession' }) },
        { resolve, reject: () => resolve() },
      )
      const held = engine.session.held
      engine.beginClose(held ? last : null)
      if (!held) {
        resolve()
        return
      }
      const cancel = clock.setTimer(clock.now() + closeTimeout, () => resolve())
      last.onSettled = cancel
    })
    engine.session.end('the client was closed')
    engine.stop()
  }

  #write<T>(shape: WriteShape, operations: readonly MultiOperation[], signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!Array.isArray(operations)) throw new TypeError('multi takes an array of operations')
      for (const one of operations) checkOperation(one)
      const operation = encodeCommand({ kind: 'transaction', operations })
      if (this.#refuse(signal, reject)) return
      if (operation.length > payloadBytesMax - envelopeBytesMax) {
        reject(
          new SynodError(
            'SYNOD_TOO_LARGE',
            `The transaction takes ${operation.length} bytes; at most ${payloadBytesMax - envelopeBytesMax} are allowed`,
          ),
        )
        return
      }
      const call = new WriteCall(this.#engine.options.clock.now(), { shape, operation }, { resolve, reject })
      if (signal !== undefined) call.listen(signal, () => this.#engine.abort(call, signal.reason))
      this.#engine.write(call)
    })
  }

  #read<T>(query: Query & { path: string }, options: ReadOptions): Promise<T> {
    const { consistency = 'linearizable', signal } = options
    return new Promise<T>((resolve, reject) => {
      checkQuery(query, consistency)
      if (this.#refuse(signal, reject)) return
      const call = new ReadCall(this.#engine.options.clock.now(), { consistency, query: encodeQuery(query) }, { resolve, reject })
      if (signal !== undefined) call.listen(signal, () => this.#engine.abort(call, signal.reason))
      this.#engine.read(call)
    })
  }

  #refuse(signal: AbortSignal | undefined, reject: (error: unknown) => void): boolean {
    if (signal?.aborted === true) reject(signal.reason)
    else if (this.#closing !== null) reject(clientClosed())
    else return false
    return true
  }
}

function sessionView(engine: Engine): Session {
  const { session } = engine
  return Object.freeze({
    get id() {
      return session.id
    },
    get timeoutMs() {
      return session.timeoutMs
    },
    get signal() {
      return session.signal
    },
    get deadline() {
      return session.deadline
    },
    get held() {
      return session.held
    },
  })
}

function versionOf(options: VersionOptions): { readonly version?: number } {
  return options.version === undefined ? {} : { version: options.version }
}

function checkPath(path: unknown): void {
  if (typeof path !== 'string') throw new TypeError(`a path must be a string, not ${typeof path}`)
}

function checkQuery(query: Query & { path: string }, consistency: string): void {
  checkPath(query.path)
  if (consistency !== 'linearizable' && consistency !== 'session' && consistency !== 'stale') {
    throw new TypeError(`consistency (${String(consistency)}) must be 'linearizable', 'session' or 'stale'`)
  }
  if (query.kind !== 'list') return
  const { after, limit } = query
  if (typeof after !== 'string') throw new TypeError('after must be a string')
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > listLimitMax) {
    throw new TypeError(`limit (${String(limit)}) must be a whole number from 1 to ${listLimitMax}`)
  }
}

function checkOperation(operation: MultiOperation): void {
  checkPath(operation.path)
  if (operation.op !== 'create' && operation.op !== 'set') return checkVersion(operation.version)
  const { data } = operation
  if (operation.op === 'set') checkVersion(operation.version)
  if (data === undefined && operation.op === 'create') return
  if (!(data instanceof Uint8Array)) throw new TypeError(`the data of ${operation.path} must be a Uint8Array`)
  if (data.length > valueBytesMax) {
    throw new SynodError('SYNOD_TOO_LARGE', `The data of ${operation.path} has ${data.length} bytes; at most ${valueBytesMax} are allowed`)
  }
}

function checkVersion(version: number | undefined): void {
  if (version === undefined || (Number.isSafeInteger(version) && version >= 0)) return
  throw new TypeError(`version (${String(version)}) must be a whole number of 0 or more; omit it for any version`)
}
