import type { CoordinationClient, NodeData, Stat } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { abortable } from '../shared/abortable.ts'
import { decodeJson, encodeJson } from '../shared/json.ts'
import { invalidConfig } from './schema.ts'

/** The version of a configuration that nobody has written yet: `compareAndSet` with it creates. */
export const unwritten = -1

const attemptsMax = 10

/** The node, or null when there is none. */
export async function readDocument(client: CoordinationClient, path: string, signal: AbortSignal | undefined): Promise<NodeData | null> {
  signal?.throwIfAborted()
  try {
    return await abortable(client.get(path), signal)
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_NO_NODE')) return null
    throw error
  }
}

/** JSON of `value`; throws `SYNOD_INVALID_CONFIG` for what JSON cannot hold. */
export function encodeDocument(path: string, value: unknown): Uint8Array {
  try {
    return encodeJson(value)
  } catch (error) {
    throw invalidConfig(path, [{ path: '', message: `the value has no form in JSON: ${String(error)}` }])
  }
}

/** Throws `SYNOD_INVALID_CONFIG` for bytes that are not JSON in UTF-8. */
export function decodeDocument(path: string, bytes: Uint8Array): unknown {
  try {
    return decodeJson(bytes)
  } catch (error) {
    throw invalidConfig(path, [{ path: '', message: `the stored bytes are not JSON: ${String(error)}` }])
  }
}

/** What is written, and until when: a write that was not sent when the signal aborts never is. */
export interface DocumentWrite {
  readonly data: Uint8Array
  readonly signal: AbortSignal | undefined
}

function untilAborted(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

/** Writes whatever the version; creates the node, and missing parents, when there is none. */
export async function writeDocument(client: CoordinationClient, path: string, { data, signal }: DocumentWrite): Promise<Stat> {
  const until = untilAborted(signal)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.set(path, data, until)
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_NO_NODE')) throw error
    }
    try {
      return (await client.create(path, data, { parents: true, ...until })).stat
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_NODE_EXISTS') || attempt === attemptsMax) throw error
    }
  }
}

/** Writes only over this version, `unwritten` for none; else `SYNOD_BAD_VERSION`. */
export async function swapDocument(
  client: CoordinationClient,
  path: string,
  { data, signal, version }: DocumentWrite & { readonly version: number },
): Promise<Stat> {
  const until = untilAborted(signal)
  try {
    if (version !== unwritten) return await client.set(path, data, { version, ...until })
    return (await client.create(path, data, { parents: true, ...until })).stat
  } catch (error) {
    if (!SynodError.is(error, 'SYNOD_NODE_EXISTS') && !SynodError.is(error, 'SYNOD_NO_NODE')) throw error
    const found = error.code === 'SYNOD_NODE_EXISTS' ? 'it has been written meanwhile' : 'it has been deleted meanwhile'
    throw new SynodError('SYNOD_BAD_VERSION', `${path}: version ${version} was expected, but ${found}`, { cause: error })
  }
}
