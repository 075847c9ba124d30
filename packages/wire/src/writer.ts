import type { Zxid } from '@synod/interface/protocol'
import { copyBytes } from './copy-bytes.ts'
import { utf8Encode, utf8EncodeInto } from './utf8.ts'

/** Memory that brief writers build in, one after the other. */
const scratchBytes = 64 * 1024
const noBytes: Uint8Array = new Uint8Array()

let scratch: Uint8Array | null = null

/**
 * Builds one frame, record or snapshot part in one growing buffer. The counterpart of `Reader`, method by method.
 *
 * Every value has exactly one encoding, so equal values give equal bytes. Methods throw `RangeError` for a number that the
 * format cannot carry: that is a mistake of the caller, never of the peer.
 */
export class Writer {
  private buffer: Uint8Array
  private end = 0
  private itemsWritten = 0
  private isBrief = false

  /** `capacity`: bytes to begin with; a good guess saves copies. */
  constructor(capacity: number = 256) {
    this.buffer = capacity === 0 ? noBytes : new Uint8Array(Math.max(capacity, 16))
  }

  /**
   * A writer for what is finished before its caller returns: it builds in memory that is used again and again, which spares an
   * allocation per message. While one is in use, further ones have memory of their own.
   */
  static brief(): Writer {
    const writer = new Writer(0)
    writer.buffer = scratch ?? new Uint8Array(scratchBytes)
    writer.isBrief = true
    scratch = null
    return writer
  }

  /** Bytes written so far. */
  get length(): number {
    return this.end
  }

  /** Sum of all that `count` was given. */
  get items(): number {
    return this.itemsWritten
  }

  u8(value: number): void {
    checkInteger(value, 0xff)
    this.reserve(1)
    this.buffer[this.end++] = value
  }

  /** Two bytes, little-endian. */
  u16(value: number): void {
    checkInteger(value, 0xffff)
    this.reserve(2)
    this.buffer[this.end++] = value
    this.buffer[this.end++] = value >>> 8
  }

  /** Four bytes, little-endian. */
  u32(value: number): void {
    checkInteger(value, 0xffff_ffff)
    this.reserve(4)
    this.end += 4
    this.u32At(this.end - 4, value)
  }

  /** Overwrites four bytes that were written before: for a length or checksum that is known only later. */
  u32At(at: number, value: number): void {
    checkInteger(value, 0xffff_ffff)
    if (at < 0 || at + 4 > this.end) throw new RangeError(`there are no four bytes at ${at} of ${this.end}`)
    this.buffer[at] = value
    this.buffer[at + 1] = value >>> 8
    this.buffer[at + 2] = value >>> 16
    this.buffer[at + 3] = value >>> 24
  }

  /** A safe integer ≥ 0 in one to eight bytes: seven bits each, the low ones first, the top bit set on all but the last. */
  u53(value: number): void {
    this.reserve(8)
    if (value >= 0 && value < 0x80 && (value | 0) === value) {
      this.buffer[this.end++] = value
      return
    }
    checkInteger(value, Number.MAX_SAFE_INTEGER)
    this.varint(value)
  }

  /** A safe integer ≥ 0 in exactly eight bytes, little-endian. */
  u53Fixed(value: number): void {
    checkInteger(value, Number.MAX_SAFE_INTEGER)
    this.u32(value % 0x1_0000_0000)
    this.u32(Math.floor(value / 0x1_0000_0000))
  }

  /** A safe integer of either sign in one to eight bytes: like `u53`, but bit 6 of the first byte is the sign. */
  i53(value: number): void {
    const magnitude = Math.abs(value)
    checkInteger(magnitude, Number.MAX_SAFE_INTEGER)
    this.reserve(9)
    const sign = value < 0 ? 0x40 : 0
    if (magnitude < 0x40) {
      this.buffer[this.end++] = sign | magnitude
      return
    }
    this.buffer[this.end++] = 0x80 | sign | (magnitude % 0x40)
    this.varint(Math.floor(magnitude / 0x40))
  }

  /** The number of items that follow, as `u53`. */
  count(items: number): void {
    this.itemsWritten += items
    this.u53(items)
  }

  bool(value: boolean): void {
    this.u8(value ? 1 : 0)
  }

  /** Length as `u53`, then the bytes. */
  bytes(value: Uint8Array): void {
    this.u53(value.length)
    this.raw(value)
  }

  /** The bytes alone; the reader must know how many they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.length)
    this.buffer.set(value, this.end)
    this.end += value.length
  }

  /** Length in bytes as `u53`, then UTF-8. */
  string(value: string): void {
    if (value.length < 0x80) {
      this.reserve(1 + 3 * value.length)
      const written = utf8EncodeInto(value, this.buffer, this.end + 1)
      if (written < 0x80) {
        this.buffer[this.end] = written
        this.end += 1 + written
        return
      }
    }
    this.bytes(utf8Encode(value))
  }

  /** Epoch and index as `u53`. */
  zxid(value: Zxid): void {
    this.u53(value.epoch)
    this.u53(value.index)
  }

  /** What was written from offset `at` on, as a view that the next write may make stale. For checksums. */
  written(at: number): Uint8Array {
    return this.buffer.subarray(at, this.end)
  }

  /** All that was written, in memory that nobody writes to any more. The writer must not be used afterwards. */
  finish(): Uint8Array {
    const { buffer, end } = this
    if (this.isBrief) {
      const bytes = copyBytes(buffer.subarray(0, end))
      if (buffer.length === scratchBytes) scratch = buffer
      this.buffer = noBytes
      return bytes
    }
    return buffer.length > 2 * end ? buffer.slice(0, end) : buffer.subarray(0, end)
  }

  private varint(value: number): void {
    const { buffer } = this
    let rest = value
    while (rest > 0x7fff_ffff) {
      buffer[this.end++] = 0x80 | (rest % 0x80)
      rest = Math.floor(rest / 0x80)
    }
    while (rest > 0x7f) {
      buffer[this.end++] = 0x80 | (rest & 0x7f)
      rest >>>= 7
    }
    buffer[this.end++] = rest
  }

  private reserve(more: number): void {
    const needed = this.end + more
    if (needed <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.buffer.length, 16))
    grown.set(this.buffer.subarray(0, this.end))
    this.buffer = grown
  }
}

function checkInteger(value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return
  throw new RangeError(`cannot encode ${value}: must be an integer from 0 to ${max}`)
}
