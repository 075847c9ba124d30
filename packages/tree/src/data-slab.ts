/** Up to this many bytes an array lives inside of the JavaScript heap and is cheap; a larger one costs a call to the allocator. */
const inHeapBytes = 64
const sharedBytesMax = 256
const slabBytes = 1024

/**
 * Copies of node data. Middling ones share small slabs, which makes a write several times cheaper; a slab lives as long
 * as the last value in it, so its size bounds what a value can hold back.
 */
export class DataSlab {
  #slab: Uint8Array = new Uint8Array(slabBytes)
  #end = 0

  copy(bytes: Uint8Array): Uint8Array {
    if (bytes.length <= inHeapBytes || bytes.length > sharedBytesMax) return bytes.slice()
    if (this.#end + bytes.length > slabBytes) {
      this.#slab = new Uint8Array(slabBytes)
      this.#end = 0
    }
    const start = this.#end
    this.#end += bytes.length
    this.#slab.set(bytes, start)
    return this.#slab.subarray(start, this.#end)
  }
}
