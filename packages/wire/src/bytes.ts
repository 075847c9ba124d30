import type { Decoded } from './decoded.ts'
import { undecodable } from './decoded.ts'

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex digits, two per byte. */
export function bytesToHex(bytes: Uint8Array): string {
  let hex = ''
  for (let i = 0; i < bytes.length; i++) hex += hexOfByte[bytes[i] ?? 0] ?? ''
  return hex
}

/** Bytes of lower-case hex digits, two per byte; fails on anything else (also on upper case, so that every value has one spelling). */
export function hexToBytes(hex: string): Decoded<Uint8Array> {
  if (hex.length % 2 !== 0) return undecodable(`${hex.length} hex digits are no whole number of bytes`)
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = digit(hex.charCodeAt(2 * i))
    const low = digit(hex.charCodeAt(2 * i + 1))
    if (high < 0 || low < 0) return undecodable(`no lower-case hex digit at ${high < 0 ? 2 * i : 2 * i + 1}`)
    bytes[i] = (high << 4) | low
  }
  return { ok: true, value: bytes }
}

function digit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  return unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : -1
}

/** Same length and same bytes. Not constant in time: compare secrets with something else. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order, a prefix first: negative, zero or positive, like a `sort` comparator. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length)
  for (let i = 0; i < common; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
