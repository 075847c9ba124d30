import { crc32 } from 'node:zlib'

const scratch = new DataView(new ArrayBuffer(24))
const scratchBytes = new Uint8Array(scratch.buffer)

/** Checksum of a row: its bytes and three numbers that say what they are. Finds bit rot that SQLite does not look for. */
export function rowChecksum(numbers: readonly [number, number, number], bytes: Uint8Array): number {
  scratch.setFloat64(0, numbers[0])
  scratch.setFloat64(8, numbers[1])
  scratch.setFloat64(16, numbers[2])
  return crc32(bytes, crc32(scratchBytes))
}

/** Checksum of a row of texts and numbers. */
export function fieldsChecksum(...fields: readonly (string | number)[]): number {
  return crc32(JSON.stringify(fields))
}
