/** Up to this many bytes an array lives inside of the JavaScript heap and is cheap; a larger one costs a call to the allocator. */
const inHeapBytes = 64
/** What is longer gets memory of its own; what is shorter shares a slab, so that a small view holds back little. */
const sharedBytesMax = 1024
const slabBytes = 8 * 1024

let slab: Uint8Array = new Uint8Array(slabBytes)
let slabEnd = 0

/**
 * A copy that nobody writes to: for what is kept after the frame that it came in. Middling ones share slabs of 8 KiB, which makes a copy
 * several times cheaper; a slab lives as long as the last copy in it.
 */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  if (length <= inHeapBytes || length > sharedBytesMax) return bytes.slice()
  if (slabEnd + length > slabBytes) {
    slab = new Uint8Array(slabBytes)
    slabEnd = 0
  }
  const start = slabEnd
  slabEnd += length
  slab.set(bytes, start)
  return slab.subarray(start, slabEnd)
}
