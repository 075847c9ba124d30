import { bytesToHex } from '@synod/wire'

/**
 * 64 bits over a stream of bytes: enough to tell two replicas apart and to notice a damaged snapshot, not against an attacker.
 * The pieces in which the bytes come make no difference.
 */
export class Digest {
  #high = 0x9e3779b9
  #low = 0x7f4a7c15

  update(bytes: Uint8Array): void {
    let high = this.#high
    let low = this.#low
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      high = Math.imul(high ^ byte, 0x85ebca6b)
      high = (high << 13) | (high >>> 19)
      low = Math.imul(low ^ byte, 0xc2b2ae35)
      low = (low << 11) | (low >>> 21)
    }
    this.#high = high
    this.#low = low
  }

  /** The eight bytes of the digest so far; more may follow. */
  bytes(): Uint8Array {
    const first = mix(this.#high ^ (this.#low >>> 7))
    const second = mix(this.#low ^ first)
    const bytes = new Uint8Array(8)
    for (let at = 0; at < 4; at += 1) {
      bytes[at] = first >>> (24 - 8 * at)
      bytes[at + 4] = second >>> (24 - 8 * at)
    }
    return bytes
  }

  hex(): string {
    return bytesToHex(this.bytes())
  }
}

function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
