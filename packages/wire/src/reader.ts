import type { Zxid } from '@synod/interface/protocol'
import { zxidZero } from '@synod/interface/protocol'
import type { Decoded } from './decoded.ts'
import { undecodable } from './decoded.ts'
import { utf8Text } from './utf8.ts'

const empty = new Uint8Array(0)

/**
 * Takes bytes apart. The counterpart of `Writer`, method by method.
 *
 * To ensure correctness:
 * - No method throws. Reading past the end, or a value that is not well formed, sets `failed` and `reason`; from then on every
 *   read returns zero, `false`, `''` or no bytes, so that a decoder may check once, at its end (`result`), and loops stop at once.
 * - Byte fields are views of the input, which therefore must not be changed while they are in use. Nothing is allocated
 *   by a length or a count that is larger than what is left.
 */
export class Reader {
  private why = ''
  private itemsLeft: number
  private readonly input: Uint8Array
  private readonly end: number
  private at = 0

  /** `itemsMax`: bound of the sum of all that `count` returns. */
  constructor(bytes: Uint8Array, itemsMax: number = Number.MAX_SAFE_INTEGER) {
    this.itemsLeft = itemsMax
    // A subclass (Node's Buffer) would hand down its own kind of view, which is slower and has another `slice`.
    this.input = bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.end = bytes.length
  }

  get failed(): boolean {
    return this.why !== ''
  }

  /** Why reading failed, the first cause; `''` while it has not. */
  get reason(): string {
    return this.why
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.at
  }

  /** Bytes that are left; 0 after a failure. */
  get remaining(): number {
    return this.end - this.at
  }

  /** Marks the input as malformed, for a check that only the caller can make. The first reason stays. */
  fail(reason: string): void {
    if (this.why === '') this.why = `${reason} (at byte ${this.at} of ${this.end})`
    this.at = this.end
  }

  u8(): number {
    const byte = this.input[this.at]
    if (byte === undefined || this.at >= this.end) return this.short('u8')
    this.at++
    return byte
  }

  u16(): number {
    if (this.end - this.at < 2) return this.short('u16')
    const low = this.input[this.at++] ?? 0
    return low | ((this.input[this.at++] ?? 0) << 8)
  }

  u32(): number {
    if (this.end - this.at < 4) return this.short('u32')
    const { input, at } = this
    this.at = at + 4
    return ((input[at] ?? 0) | ((input[at + 1] ?? 0) << 8) | ((input[at + 2] ?? 0) << 16) | ((input[at + 3] ?? 0) << 24)) >>> 0
  }

  u53(): number {
    const first = this.input[this.at]
    if (first === undefined) return this.short('u53')
    this.at++
    return first < 0x80 ? first : this.varint(first & 0x7f, 0x80)
  }

  u53Fixed(): number {
    const low = this.u32()
    const high = this.u32()
    if (high > 0x1f_ffff) return this.malformed('number above 2^53 - 1')
    return high * 0x1_0000_0000 + low
  }

  i53(): number {
    const first = this.u8()
    const magnitude = first < 0x80 ? first & 0x3f : this.varint(first & 0x3f, 0x40)
    if ((first & 0x40) === 0) return magnitude
    return magnitude === 0 ? this.malformed('negative zero') : -magnitude
  }

  bool(): boolean {
    const value = this.u8()
    if (value > 1) this.malformed('boolean that is neither 0 nor 1')
    return value === 1
  }

  /** A view of a length-prefixed field; fails when it is longer than `bytesMax`. */
  bytes(bytesMax: number = Number.MAX_SAFE_INTEGER): Uint8Array {
    return this.raw(this.fieldLength(bytesMax))
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Uint8Array {
    const { at } = this
    if (length > this.end - at) this.short(`${length} bytes`)
    if (this.failed || length === 0) return empty
    this.at = at + length
    return this.input.subarray(at, at + length)
  }

  /** A length-prefixed text; fails on invalid UTF-8 and when it is longer than `bytesMax` bytes. */
  string(bytesMax: number = Number.MAX_SAFE_INTEGER): string {
    const length = this.fieldLength(bytesMax)
    if (length === 0) return ''
    const text = utf8Text(this.input, this.at, this.at + length)
    if (text === undefined) {
      this.malformed('invalid UTF-8')
      return ''
    }
    this.at += length
    return text
  }

  /** A view of what was read from offset `from` on. */
  since(from: number): Uint8Array {
    return this.input.subarray(from, this.at)
  }

  zxid(): Zxid {
    const epoch = this.u53()
    const index = this.u53()
    return epoch === 0 && index === 0 ? zxidZero : { epoch, index }
  }

  /**
   * The number of items that follow, each of at least `itemBytesMin` bytes; fails when they cannot be there or are more than `max`.
   * Whoever makes a list of that many items makes none that is larger than the input warrants.
   */
  count(itemBytesMin: number, max: number = Number.MAX_SAFE_INTEGER): number {
    const count = this.u53()
    if (count > max) return this.malformed(`${count} items where at most ${max} are allowed`)
    if (count * itemBytesMin > this.end - this.at) return this.short(`${count} items`)
    if (count > this.itemsLeft) return this.malformed(`${count} items where ${this.itemsLeft} more are allowed`)
    this.itemsLeft -= count
    return count
  }

  /** True when all was read and nothing failed; bytes that are left over are a failure. */
  done(): boolean {
    if (this.at < this.end) this.fail(`${this.end - this.at} bytes too many`)
    return !this.failed
  }

  /** `value` when all was read and nothing failed, else the reason. The usual last line of a decoder. */
  result<T>(value: T): Decoded<T> {
    return this.done() ? { ok: true, value } : undecodable(this.reason)
  }

  private fieldLength(bytesMax: number): number {
    const length = this.u53()
    if (length > bytesMax) return this.malformed(`field of ${length} bytes where at most ${bytesMax} are allowed`)
    if (length > this.end - this.at) return this.short(`field of ${length} bytes`)
    return length
  }

  /** Bytes after the first of a varint, whose value so far is `low` and which goes on at `scale`. */
  private varint(low: number, scale: number): number {
    let value = low
    let factor = scale
    for (;;) {
      const byte = this.input[this.at]
      if (byte === undefined) return this.short('number')
      this.at++
      value += (byte & 0x7f) * factor
      if (value > Number.MAX_SAFE_INTEGER) return this.malformed('number above 2^53 - 1')
      if (byte < 0x80) return byte === 0 ? this.malformed('number in more bytes than it needs') : value
      factor *= 0x80
      if (factor > Number.MAX_SAFE_INTEGER) return this.malformed('number above 2^53 - 1')
    }
  }

  private short(what: string): number {
    this.fail(`ends within ${what}`)
    return 0
  }

  private malformed(reason: string): number {
    this.fail(reason)
    return 0
  }
}
