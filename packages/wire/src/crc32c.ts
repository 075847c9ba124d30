/** Castagnoli polynomial, reflected (RFC 3720, appendix B.4). */
const polynomial = 0x82f63b78

/** Table k at offset 256·k: the checksum of a byte followed by k zero bytes. */
const tables: Uint32Array = makeTables()

function makeTables(): Uint32Array {
  const made = new Uint32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    made[byte] = crc
  }
  for (let i = 256; i < made.length; i++) {
    const before = made[i - 256] ?? 0
    made[i] = (before >>> 8) ^ (made[before & 0xff] ?? 0)
  }
  return made
}

/**
 * CRC-32C of the bytes as an unsigned 32-bit number, eight bytes per step.
 * `seed` is the checksum of what comes before: `crc32c(b, crc32c(a))` is the checksum of `a` followed by `b`.
 */
export function crc32c(bytes: Uint8Array, seed: number = 0): number {
  const t = tables
  const length = bytes.length
  let crc = ~seed
  let i = 0
  for (const end = length - 7; i < end; i += 8) {
    crc ^= byteAt(bytes, i) | (byteAt(bytes, i + 1) << 8) | (byteAt(bytes, i + 2) << 16) | (byteAt(bytes, i + 3) << 24)
    crc =
      wordAt(t, 1792 + (crc & 0xff)) ^
      wordAt(t, 1536 + ((crc >>> 8) & 0xff)) ^
      wordAt(t, 1280 + ((crc >>> 16) & 0xff)) ^
      wordAt(t, 1024 + (crc >>> 24)) ^
      wordAt(t, 768 + byteAt(bytes, i + 4)) ^
      wordAt(t, 512 + byteAt(bytes, i + 5)) ^
      wordAt(t, 256 + byteAt(bytes, i + 6)) ^
      wordAt(t, byteAt(bytes, i + 7))
  }
  for (; i < length; i++) crc = (crc >>> 8) ^ wordAt(t, (crc ^ byteAt(bytes, i)) & 0xff)
  return ~crc >>> 0
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

function wordAt(words: Uint32Array, at: number): number {
  return words[at] ?? 0
}
