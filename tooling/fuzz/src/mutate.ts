import type { Dice } from './random.ts'

type Mutation = (bytes: Uint8Array, dice: Dice, other: Uint8Array) => Uint8Array

const edges = [0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff]

/** Numbers as frames carry them, at the edges of what they can be. */
const numbers: readonly (readonly number[])[] = [
  [0x7f],
  [0xff, 0x7f],
  [0xff, 0xff, 0x03],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff],
  [0x80, 0x00],
]

function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice()
  if (at < copy.length) copy[at] = value
  return copy
}

const mutations: readonly Mutation[] = [
  (bytes, dice) => {
    const at = dice.below(bytes.length)
    return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << dice.below(8)))
  },
  (bytes, dice) => withByte(bytes, dice.below(bytes.length), dice.pick(edges) ?? 0),
  (bytes, dice) => withByte(bytes, dice.below(bytes.length), dice.next32() & 0xff),
  (bytes, dice) => {
    const at = dice.below(bytes.length)
    return withByte(bytes, at, ((bytes[at] ?? 0) + dice.below(5) - 2) & 0xff)
  },
  (bytes, dice) => bytes.slice(0, dice.below(bytes.length + 1)),
  (bytes, dice) =>
    join(
      bytes,
      Uint8Array.from({ length: 1 + dice.below(9) }, () => dice.next32() & 0xff),
    ),
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1)
    return join(bytes.subarray(0, at), [dice.next32() & 0xff], bytes.subarray(at))
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1)
    return join(bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(8)))
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1)
    const end = Math.min(bytes.length, at + 1 + dice.below(64))
    return join(bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end))
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1)
    return join(bytes.subarray(0, at), dice.pick(numbers) ?? [], bytes.subarray(at + dice.below(9)))
  },
  (bytes, dice, other) => {
    const at = dice.below(bytes.length + 1)
    const from = dice.below(other.length + 1)
    return join(bytes.subarray(0, at), other.subarray(from, from + 1 + dice.below(64)), bytes.subarray(at + dice.below(16)))
  },
  (bytes, dice, other) => join(bytes.subarray(0, dice.below(bytes.length + 1)), other.subarray(dice.below(other.length + 1))),
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1)
    const piece = bytes.subarray(at, at + 1 + dice.below(32))
    return join(bytes.subarray(0, at), ...Array.from({ length: 1 + dice.below(200) }, () => piece), bytes.subarray(at + piece.length))
  },
]

/** One to a few changes of these bytes; `other` lends pieces. At most `bytesMax` come out. */
export function mutate(bytes: Uint8Array, other: Uint8Array, options: { readonly dice: Dice; readonly bytesMax: number }): Uint8Array {
  const { dice, bytesMax } = options
  let changed = bytes
  do {
    const mutation = dice.pick(mutations)
    if (mutation !== undefined) changed = mutation(changed, dice, other)
  } while (dice.oneIn(2))
  return changed.length > bytesMax ? changed.slice(0, bytesMax) : changed
}
