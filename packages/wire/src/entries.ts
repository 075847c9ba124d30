import type { Entry, EntryType, Zxid } from '@synod/interface/protocol'
import { writePayload } from './fields.ts'
import { payloadBytesMax } from './limits.ts'
import type { Reader } from './reader.ts'
import { Writer } from './writer.ts'

const types: readonly EntryType[] = ['epoch', 'command', 'config', 'release', 'recovery']

/** Head byte of an entry: its type in the low three bits, and which of the two differences to the entry before follow. */
const typeMask = 0b0000_0111
const otherEpoch = 0b0000_1000
const otherTime = 0b0001_0000

interface Block {
  readonly bytes: Uint8Array
  readonly first: Entry | undefined
  readonly last: Entry | undefined
}

/**
 * Blocks by the list that they encode. A leader passes one list to its log and to every follower, a follower passes what it
 * received to its log: in each case the bytes exist already.
 */
const blocks: WeakMap<readonly Entry[], Block> = new WeakMap()

/**
 * Contiguous entries as one block of bytes, the same for the log and for every peer; the index of the first is not in it.
 * The block of a list is kept as long as the list, so a list must not be changed once it has been encoded (another first or last
 * entry is noticed, which covers adding, removing and replacing at either end). Throws `RangeError` for entries that break an invariant of the log.
 */
export function encodeEntries(entries: readonly Entry[]): Uint8Array {
  const known = blocks.get(entries)
  const first = entries[0]
  const last = entries[entries.length - 1]
  if (known !== undefined && known.first === first && known.last === last) return known.bytes
  let capacity = 0
  for (const entry of entries) capacity += entry.payload.length + 8
  const writer = new Writer(capacity)
  let before: Entry | undefined
  for (const entry of entries) {
    writeEntry(writer, entry, before)
    before = entry
  }
  const bytes = writer.finish()
  blocks.set(entries, { bytes, first, last })
  return bytes
}

function writeEntry(writer: Writer, entry: Entry, before: Entry | undefined): void {
  const epoch = before === undefined ? 0 : before.epoch
  const timeMs = before === undefined ? 0 : before.timeMs
  if (before !== undefined && entry.index !== before.index + 1) {
    throw new RangeError(`cannot encode entry ${entry.index}: index after ${before.index}`)
  }
  if (entry.epoch < epoch) throw new RangeError(`cannot encode entry ${entry.index}: epoch ${entry.epoch} after ${epoch}`)
  if (entry.timeMs < timeMs) throw new RangeError(`cannot encode entry ${entry.index}: timeMs ${entry.timeMs} after ${timeMs}`)
  const type = types.indexOf(entry.type)
  if (type < 0) throw new RangeError(`cannot encode entry ${entry.index}: type ${JSON.stringify(entry.type)}`)
  writer.u8(type | (entry.epoch === epoch ? 0 : otherEpoch) | (entry.timeMs === timeMs ? 0 : otherTime))
  if (entry.epoch !== epoch) writer.u53(entry.epoch - epoch)
  if (entry.timeMs !== timeMs) writer.u53(entry.timeMs - timeMs)
  writePayload(writer, entry.payload)
}

/** `prev`, the number of the entries that follow it, and their block. */
export function writeEntries(writer: Writer, prev: Zxid, entries: readonly Entry[]): void {
  const first = entries[0]
  if (first !== undefined && (first.index !== prev.index + 1 || first.epoch < prev.epoch)) {
    throw new RangeError(`cannot encode entry ${first.epoch}.${first.index} after ${prev.epoch}.${prev.index}`)
  }
  writer.zxid(prev)
  writer.count(entries.length)
  if (entries.length > 0) writer.raw(encodeEntries(entries))
}

/** The counterpart of `writeEntries`. Payloads are views of the input. */
export function readEntries(reader: Reader): { prev: Zxid; entries: Entry[] } {
  const prev = reader.zxid()
  const entries: Entry[] = []
  const count = reader.count(2)
  const from = reader.position
  let epoch = 0
  let timeMs = 0
  let index = prev.index
  for (let left = count; left > 0 && !reader.failed; left--) {
    const head = reader.u8()
    epoch += difference(reader, head & otherEpoch)
    timeMs += difference(reader, head & otherTime)
    const type = types[head & typeMask]
    if (type === undefined || head > 0x1f) return { prev, entries: malformed(reader, `entry with head ${head}`) }
    if (epoch < prev.epoch) return { prev, entries: malformed(reader, `entry of epoch ${epoch} after ${prev.epoch}`) }
    index++
    if (!(epoch <= Number.MAX_SAFE_INTEGER && timeMs <= Number.MAX_SAFE_INTEGER && index <= Number.MAX_SAFE_INTEGER)) {
      return { prev, entries: malformed(reader, 'entry with a number above 2^53 - 1') }
    }
    entries.push({ epoch, index, type, timeMs, payload: reader.bytes(payloadBytesMax) })
  }
  if (count > 0 && !reader.failed) {
    blocks.set(entries, { bytes: reader.since(from), first: entries[0], last: entries[count - 1] })
  }
  return { prev, entries }
}

function difference(reader: Reader, present: number): number {
  if (present === 0) return 0
  const value = reader.u53()
  if (value === 0) reader.fail('difference of zero that is written out')
  return value
}

function malformed(reader: Reader, reason: string): Entry[] {
  reader.fail(reason)
  return []
}
