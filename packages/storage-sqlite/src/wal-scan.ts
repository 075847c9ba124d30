import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const headerBytes = 32
const frameHeaderBytes = 24

interface Frame {
  readonly salts: string
  readonly commit: boolean
}

/** Cumulative checksum of SQLite's write-ahead log over whole pairs of 32-bit words. */
function sum(state: readonly [number, number], bytes: Buffer, bigEndian: boolean): [number, number] {
  let [a, b] = state
  for (let at = 0; at < bytes.length; at += 8) {
    const x = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
    const y = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)
    a = (a + x + b) >>> 0
    b = (b + y + a) >>> 0
  }
  return [a, b]
}

/**
 * Looks for damage in the middle of a write-ahead log, which SQLite takes for its end: everything after it would vanish in silence.
 *
 * A crash can spoil only the last transaction, because each one is synced before the next is written. So when a bad frame is
 * followed by a whole transaction of the same generation (same salts) *and* by a further frame of it, the bad frame had been
 * synced, and it is bit rot. A bad last transaction cannot be told from one that a crash interrupted, and is dropped.
 *
 * To be called by whoever holds the store, before its first write. Touches only the `-wal` file, which carries no locks.
 * Returns what is wrong, or `null`.
 */
export function findWalDamage(path: string, pageSize: number): string | null {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    return scan(file, pageSize)
  } finally {
    closeSync(file)
  }
}

function scan(file: number, pageSize: number): string | null {
  const size = fstatSync(file).size
  const frameBytes = frameHeaderBytes + pageSize
  const count = Math.floor((size - headerBytes) / frameBytes)
  if (count < 1) return null
  const header = Buffer.alloc(headerBytes)
  readSync(file, header, 0, headerBytes, 0)
  const bigEndian = (header.readUInt32BE(0) & 1) === 1
  let state = sum([0, 0], header.subarray(0, 24), bigEndian)
  const headerGood =
    (header.readUInt32BE(0) & 0xfffffffe) === 0x377f0682 &&
    header.readUInt32BE(8) === pageSize &&
    state[0] === header.readUInt32BE(24) &&
    state[1] === header.readUInt32BE(28)
  const frame = Buffer.alloc(frameBytes)
  const read = (index: number): Frame => {
    readSync(file, frame, 0, frameBytes, headerBytes + index * frameBytes)
    return { salts: frame.toString('hex', 8, 16), commit: frame.readUInt32BE(4) !== 0 }
  }
  let salts = header.toString('hex', 16, 24)
  let bad = 0
  if (headerGood) {
    for (; bad < count; bad += 1) {
      if (read(bad).salts !== salts) break
      state = sum(sum(state, frame.subarray(0, 8), bigEndian), frame.subarray(frameHeaderBytes), bigEndian)
      if (state[0] !== frame.readUInt32BE(16) || state[1] !== frame.readUInt32BE(20)) break
    }
  } else {
    salts = read(0).salts
  }
  let committed = false
  for (let index = bad; index < count; index += 1) {
    const { salts: found, commit } = read(index)
    if (found !== salts) continue
    if (committed) {
      const what = headerGood ? `frame ${bad + 1} of ${count}` : 'the header'
      return `${what} of the write-ahead log is damaged, and synced transactions follow it`
    }
    committed = commit
  }
  return null
}
