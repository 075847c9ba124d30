import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * What `holder.json` says beside a store. It locks nothing: it lets an error name who holds the store, and it remembers that
 * there has been one.
 */
export interface Holder {
  readonly pid: number
  readonly host: string
  /** ISO 8601. */
  readonly since: string
  /** The store beside it was formatted: when it is gone, it was lost. */
  readonly formatted: boolean
}

function field(value: object, name: string): unknown {
  return name in value ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

/** Reads it; `null` when there is none. A damaged one still tells that there was a store. */
export function readHolder(directory: string): Holder | null {
  let text: string
  try {
    text = readFileSync(join(directory, 'holder.json'), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  const unknown: Holder = { pid: 0, host: 'unknown', since: 'unknown', formatted: true }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return unknown
    return {
      pid: Number(field(value, 'pid') ?? 0),
      host: String(field(value, 'host') ?? 'unknown'),
      since: String(field(value, 'since') ?? 'unknown'),
      formatted: field(value, 'formatted') !== false,
    }
  } catch {
    return unknown
  }
}

/** Writes it for this process, durably: whoever finds it may rely on the store being there. */
export function writeHolder(directory: string): void {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), formatted: true }
  const target = join(directory, 'holder.json')
  const temporary = `${target}.tmp`
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeFileSync(file, `${JSON.stringify(holder)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, target)
  syncDirectory(directory)
}

/** Makes the names in a directory durable. Windows has no such call and needs none. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** How an error names the holder. */
export function describeHolder(holder: Holder | null): string {
  if (holder === null || holder.pid === 0) return 'a process that left no holder.json'
  return `process ${holder.pid} on ${holder.host} (since ${holder.since})`
}
