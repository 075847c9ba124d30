import fc from 'fast-check'
import type { Subject, Target } from '../src/target.ts'

const kept: Uint8Array[] = []

function subject(run: (input: Uint8Array) => string): Subject {
  return { grammar: fc.uint8Array({ minLength: 1, maxLength: 20 }), bytesFree: 512 * 1024, bytesPerByte: 64, run }
}

function target(name: string, run: (input: Uint8Array) => string): Target {
  return { name, weight: 1, make: async () => subject(run) }
}

/** Each has one fault, and shows it now and then. */
export const targets: readonly Target[] = [
  target('good', (input) => String(input.length % 4)),
  target('throws', (input) => {
    if (input[0] === 0x7f) throw new RangeError('a byte too far')
    return 'fine'
  }),
  target('hangs', (input) => {
    while (input[0] === 0x7f);
    return 'fine'
  }),
  target('allocates', (input) => {
    if (input[0] === 0x7f) kept.splice(0, 1, new Uint8Array(1024 * 1024))
    return 'fine'
  }),
  target('hoards', (input) => {
    const hoard: unknown[] = []
    while (input[0] === 0x7f) hoard.push([hoard.length, String(hoard.length)])
    return 'fine'
  }),
  target('writes', (input) => {
    if (input[0] === 0x7f) input[0] = 0
    return 'fine'
  }),
  target('exits', (input) => {
    if (input[0] === 0x7f) process.exit(0)
    return 'fine'
  }),
  {
    name: 'behind-a-checksum',
    weight: 1,
    async make() {
      const sum = (input: Uint8Array): number => input.subarray(1).reduce((total, byte) => (total + byte) & 0xff, 0)
      const repair = (input: Uint8Array): Uint8Array => Uint8Array.of(sum(input), ...input.subarray(1))
      const run = (input: Uint8Array): string => {
        if (input[0] !== sum(input)) return 'refused'
        if (input[1] === 0x7f) throw new Error('reached')
        return 'accepted'
      }
      return { ...subject(run), grammar: fc.constant(Uint8Array.of(6, 1, 2, 3)), repair }
    },
  },
]
