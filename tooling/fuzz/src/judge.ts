import { getHeapStatistics } from 'node:v8'
import type { Subject } from './target.ts'

/** Runs one input. Throws what is wrong: what the subject throws, or that it took too much memory. */
export function judge(subject: Subject, input: Uint8Array): string {
  const allowed = subject.bytesFree + subject.bytesPerByte * input.length
  const copy = input.slice()
  let allocated = Infinity
  let outcome = ''
  // Code that is compiled or a callback of the runtime may fall into one run, not into all.
  for (let attempt = 0; attempt < 4 && allocated > allowed; attempt += 1) {
    const before = memory()
    outcome = subject.run(copy)
    allocated = memory() - before
  }
  if (allocated > allowed) throw new Error(`allocated ${allocated} bytes for an input of ${input.length}; ${allowed} are allowed`)
  if (Buffer.compare(copy, input) !== 0) throw new Error('changed its input')
  return outcome
}

/** Bytes in use. Between two calls it grows by what was allocated, and shrinks only by a garbage collection. */
function memory(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}
