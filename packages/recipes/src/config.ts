/**
 * Configuration that every process of a cluster sees alike: typed by a schema, versioned, watched, never seen broken.
 * @module
 */
import type { CoordinationClient, NodeData, Zxid } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { zxidZero } from '@synod/interface/protocol'
import { decodeDocument, encodeDocument, readDocument, swapDocument, unwritten, writeDocument } from './configuration/document.ts'
import type { SchemaInput, SchemaOutput, StandardSchema } from './configuration/schema.ts'
import { validate } from './configuration/schema.ts'
import { documentChanges } from './configuration/changes.ts'
import { abortable } from './shared/abortable.ts'
import { publish } from './shared/diagnostics.ts'
import { linkedAbort } from './shared/linked-abort.ts'
import { checkPath } from './shared/path.ts'

export type { SchemaInput, SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from './configuration/schema.ts'

/** A value and where it stands in the history. */
export interface ConfigSnapshot<T> {
  readonly value: T
  /** Counts the writes; −1 while nobody has written and `initial` stands in. */
  readonly version: number
  /** Position of the write in the log. */
  readonly zxid: Zxid
}

/** A stored value that never reached the consumer. */
export interface InvalidConfig {
  readonly path: string
  readonly version: number
  readonly zxid: Zxid
  readonly bytes: Uint8Array
  /** `SYNOD_INVALID_CONFIG` with all issues. */
  readonly error: SynodError
}

export interface ConfigOptions<S extends StandardSchema> {
  /** Any Standard Schema (zod, valibot, arktype …). What is stored is its input, what is read its output. */
  readonly schema: S
  /** Stands in while nobody has written a value. It is not written. Default: none, and `get` rejects with `SYNOD_NO_NODE`. */
  readonly initial?: SchemaInput<S>
  /** Told once of each bad value that somebody else wrote. What it throws is thrown by the call that found the value. */
  readonly onInvalid?: (invalid: InvalidConfig) => void
}

export interface ConfigCallOptions {
  /** Ends the wait with `signal.reason`; a write already sent may still be applied. */
  readonly signal?: AbortSignal
}

/**
 * One JSON value at one path, checked by a schema on both ways.
 *
 * Guarantees:
 * 1. A value that the schema refuses is never written by this class and never handed out: the last good one stays in force.
 * 2. `values` never goes back: each value is of a later write than the one before.
 * 3. `compareAndSet` and `update` lose no write of anybody else, while nobody deletes the node: one that is made anew counts anew.
 */
export class ConfigService<S extends StandardSchema> implements AsyncDisposable {
  readonly path: string
  readonly #client: CoordinationClient
  readonly #options: ConfigOptions<S>
  readonly #closed = new AbortController()
  #initial: Promise<ConfigSnapshot<SchemaOutput<S>>> | null = null
  #good: ConfigSnapshot<SchemaOutput<S>> | null = null
  #reportedIndex = 0

  /** Nothing is read or written before the first call. */
  constructor(client: CoordinationClient, path: string, options: ConfigOptions<S>) {
    if (options?.schema?.['~standard']?.version !== 1) throw new TypeError('options.schema must be a Standard Schema of version 1')
    this.path = checkPath(path)
    this.#client = client
    this.#options = options
  }

  /**
   * The value in force: the stored one; else, when that is bad, the last good one that this object has seen; else `initial`.
   * Rejects with `SYNOD_NO_NODE` or `SYNOD_INVALID_CONFIG` when there is none of them.
   */
  async get(options: ConfigCallOptions = {}): Promise<ConfigSnapshot<SchemaOutput<S>>> {
    const node = await readDocument(this.#client, this.path, options.signal)
    if (node === null) return this.#initialOr(() => this.#missing())
    try {
      return await this.#accept(node, options.signal)
    } catch (error) {
      this.#report(node, error)
      return this.#good ?? this.#initialOr(() => error)
    }
  }

  /** Writes, whatever is there. Rejects with `SYNOD_INVALID_CONFIG` and all issues, and has written nothing then. */
  async set(value: SchemaInput<S>, options: ConfigCallOptions = {}): Promise<ConfigSnapshot<SchemaOutput<S>>> {
    return this.#write(value, { signal: options.signal, version: undefined })
  }

  /** Writes only over `expectedVersion` (−1: only when nothing is there); else rejects with `SYNOD_BAD_VERSION`. */
  async compareAndSet(
    value: SchemaInput<S>,
    expectedVersion: number,
    options: ConfigCallOptions = {},
  ): Promise<ConfigSnapshot<SchemaOutput<S>>> {
    if (!Number.isSafeInteger(expectedVersion) || expectedVersion < unwritten) {
      throw new TypeError(`expectedVersion must be an integer of at least ${unwritten}, not ${expectedVersion}`)
    }
    return this.#write(value, { signal: options.signal, version: expectedVersion })
  }

  /**
   * Reads, lets `change` make the next value of it, and writes that if nobody else has written meanwhile; else again, at most
   * `attemptsMax` times (default 20), then `SYNOD_BAD_VERSION`. A bad stored value is not overwritten: `SYNOD_INVALID_CONFIG`.
   */
  async update(
    change: (current: SchemaOutput<S>) => SchemaInput<S> | Promise<SchemaInput<S>>,
    options: ConfigCallOptions & { readonly attemptsMax?: number } = {},
  ): Promise<ConfigSnapshot<SchemaOutput<S>>> {
    const { signal, attemptsMax = 20 } = options
    for (let attempt = 1; ; attempt += 1) {
      const node = await readDocument(this.#client, this.path, signal)
      const current = node === null ? await this.#initialOr(() => this.#missing()) : await this.#accept(node, signal)
      try {
        return await this.#write(await change(current.value), { signal, version: current.version })
      } catch (error) {
        if (!SynodError.is(error, 'SYNOD_BAD_VERSION') || attempt >= attemptsMax) throw error
      }
    }
  }

  /**
   * The value in force, then the new one after every change. Waits for the first one when there is neither a value nor `initial`.
   * When writes follow each other faster than the consumer takes them, it gets the newest. A bad value is passed over; after a
   * deletion `initial` comes, if there is one. Ends with `close()`; rejects with `signal.reason`.
   */
  async *values(options: ConfigCallOptions = {}): AsyncGenerator<SchemaOutput<S>, void, undefined> {
    const link = linkedAbort(options.signal, this.#closed.signal)
    let shown: Zxid | null = null
    try {
      for await (const node of documentChanges(this.#client, this.path, link.signal)) {
        const next = node === null ? await this.#afterDeletion() : await this.#acceptOrReport(node, link.signal)
        if (next === null || (shown !== null && shown.index === next.zxid.index)) continue
        shown = next.zxid
        yield next.value
      }
    } catch (error) {
      const isCancelled = options.signal?.aborted === true && link.signal.reason === options.signal.reason
      if (!isCancelled && this.#closed.signal.aborted) return
      throw error
    } finally {
      link[Symbol.dispose]()
    }
  }

  /** Ends all `values` loops. The client stays open. Idempotent. */
  close(): Promise<void> {
    this.#closed.abort()
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #write(
    value: SchemaInput<S>,
    target: { readonly signal: AbortSignal | undefined; readonly version: number | undefined },
  ): Promise<ConfigSnapshot<SchemaOutput<S>>> {
    const { signal, version } = target
    signal?.throwIfAborted()
    const data = encodeDocument(this.path, value)
    const output = await abortable(validate(this.#options.schema, decodeDocument(this.path, data), this.path), signal)
    const write = { data, signal }
    const writing =
      version === undefined ? writeDocument(this.#client, this.path, write) : swapDocument(this.#client, this.path, { ...write, version })
    const stat = await abortable(writing, signal)
    return this.#remember({ value: output, version: stat.version, zxid: stat.mzxid })
  }

  async #accept(node: NodeData, signal: AbortSignal | undefined): Promise<ConfigSnapshot<SchemaOutput<S>>> {
    const value = await abortable(validate(this.#options.schema, decodeDocument(this.path, node.data), this.path), signal)
    return this.#remember({ value, version: node.stat.version, zxid: node.stat.mzxid })
  }

  async #acceptOrReport(node: NodeData, signal: AbortSignal): Promise<ConfigSnapshot<SchemaOutput<S>> | null> {
    try {
      return await this.#accept(node, signal)
    } catch (error) {
      this.#report(node, error)
      return this.#good ?? this.#initialOrNull()
    }
  }

  async #afterDeletion(): Promise<ConfigSnapshot<SchemaOutput<S>> | null> {
    const initial = await this.#initialOrNull()
    if (initial !== null) this.#good = null
    return initial
  }

  #remember(snapshot: ConfigSnapshot<SchemaOutput<S>>): ConfigSnapshot<SchemaOutput<S>> {
    if (this.#good === null || snapshot.zxid.index >= this.#good.zxid.index) this.#good = snapshot
    return snapshot
  }

  /** Passes on what is no verdict of the schema; tells of each bad write once. */
  #report(node: NodeData, error: unknown): void {
    if (!SynodError.is(error, 'SYNOD_INVALID_CONFIG')) throw error
    const { version, mzxid } = node.stat
    if (mzxid.index <= this.#reportedIndex) return
    this.#reportedIndex = mzxid.index
    publish('synod:config:invalid', { path: this.path, version, reason: error })
    this.#options.onInvalid?.({ path: this.path, version, zxid: mzxid, bytes: node.data, error })
  }

  async #initialOr(failure: () => unknown): Promise<ConfigSnapshot<SchemaOutput<S>>> {
    const initial = await this.#initialOrNull()
    if (initial === null) throw failure()
    return initial
  }

  async #initialOrNull(): Promise<ConfigSnapshot<SchemaOutput<S>> | null> {
    const { schema, initial } = this.#options
    if (initial === undefined) return null
    this.#initial ??= validate(
      schema,
      decodeDocument(this.path, encodeDocument(this.path, initial)),
      `the initial value of ${this.path}`,
    ).then((value) => ({
      value,
      version: unwritten,
      zxid: zxidZero,
    }))
    return this.#initial
  }

  #missing(): SynodError {
    return new SynodError('SYNOD_NO_NODE', `nobody has written ${this.path} yet, and there is no initial value`)
  }
}
