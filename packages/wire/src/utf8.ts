import type { Decoded } from './decoded.ts'
import { undecodable } from './decoded.ts'

declare class TextEncoder {
  encode(text: string): Uint8Array
  encodeInto(text: string, into: Uint8Array): { read: number; written: number }
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Up to this length a loop over ASCII beats the call into the platform's decoder. */
const shortBytes = 24

/** UTF-8 of a text. A lone surrogate becomes U+FFFD, as everywhere on the platform. */
export function utf8Encode(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text of UTF-8 bytes; fails on invalid UTF-8. A byte order mark is kept as a character. */
export function utf8Decode(bytes: Uint8Array): Decoded<string> {
  const text = utf8Text(bytes, 0, bytes.length)
  return text === undefined ? undecodable('invalid UTF-8') : { ok: true, value: text }
}

/** Text of `bytes[start, end)`, or `undefined` when that is no UTF-8. For the reader, which saves the views of short texts. */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start <= shortBytes) {
    const text = asciiText(bytes, start, end)
    if (text !== undefined) return text
  }
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch {
    return undefined
  }
}

function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte > 0x7f) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

/**
 * Writes a text into `into` from `at` on and returns the number of bytes written.
 * To ensure correctness: the caller has reserved three bytes per UTF-16 unit, which no text exceeds.
 */
export function utf8EncodeInto(text: string, into: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f || i > 64) return i + encoder.encodeInto(i === 0 ? text : text.slice(i), into.subarray(at + i)).written
    into[at + i] = unit
  }
  return text.length
}
