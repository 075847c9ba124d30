import type { LogBatch, StoreOwner } from '@synod/interface'

export const owner: StoreOwner = { clusterName: 'test', id: 1 }

/** A batch whose size and bytes follow from its sequence: small ones mostly, now and then one of several pages. */
export function batch(sequence: number, size: number = sequence % 37 === 0 ? 20_000 : 50 + (sequence % 400)): LogBatch {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; i += 1) bytes[i] = (sequence * 17 + i * 5 + (i >>> 7)) & 0xff
  return { sequence, firstIndex: sequence * 2, lastIndex: sequence * 2 + 1, bytes }
}

/** What is wrong with batches that should be those of `batch`, without a hole; `null` when nothing is. */
export function findFault(found: readonly LogBatch[], size?: number): string | null {
  for (const [i, got] of found.entries()) {
    const expected = batch(got.sequence, size)
    const previous = found[i - 1]
    if (previous !== undefined && got.sequence !== previous.sequence + 1) return `a hole after ${previous.sequence}`
    if (Buffer.compare(got.bytes, expected.bytes) !== 0) return `other bytes in ${got.sequence}`
    if (got.firstIndex !== expected.firstIndex || got.lastIndex !== expected.lastIndex) return `other indices in ${got.sequence}`
  }
  return null
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
