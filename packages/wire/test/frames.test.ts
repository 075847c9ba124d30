import type { Entry, PeerBody, PeerFrame } from '@synod/interface/protocol'
import {
  decodeClientMessages,
  decodeConfig,
  decodePeerFrame,
  decodeRecords,
  encodeClientMessages,
  encodeConfig,
  encodePeerFrame,
  encodeRecords,
  encodeServerMessages,
  frameBytesMax,
  frameItemsMax,
  payloadBytesMax,
} from '@synod/wire'
import { describe, expect, it } from 'vitest'
import { bodies, clientMessages, config, entries, frameOf, serverMessages } from './samples.ts'

/** Bytes before the kind of the only message of a frame of `frameOf`. */
const kindAt = 35

function append(list: readonly Entry[]): PeerFrame {
  return frameOf({ type: 'append', epoch: 9, prevZxid: { epoch: 0, index: 40 }, entries: list, commitIndex: 0, wantsAnswer: true })
}

function encodedAppend(list: readonly Entry[]): Uint8Array {
  return encodePeerFrame(append(list))
}

describe('head of a frame', () => {
  const bytes = encodePeerFrame(frameOf({ type: 'readIndex', readId: 1 }))

  it('of another version names both', () => {
    const newer = bytes.slice()
    newer[3] = 2
    expect(decodePeerFrame(newer)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('frame of wire version 2, this side speaks version 1'),
    })
  })

  it('keeps peers, clients and servers apart', () => {
    expect(decodeClientMessages(bytes)).toMatchObject({ ok: false, reason: expect.stringContaining('not a frame of kind C') })
    expect(decodePeerFrame(encodeClientMessages(clientMessages)).ok).toBe(false)
    expect(decodeClientMessages(encodeServerMessages(serverMessages)).ok).toBe(false)
    expect(decodePeerFrame(new TextEncoder().encode('GET / HTTP/1.1'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('not a frame of Synod'),
    })
  })
})

describe('kinds of messages', () => {
  it('between peers are numbered without a hole, and all have a sample', () => {
    const kinds = bodies.map((body) => encodePeerFrame(frameOf(body))[kindAt])
    expect(kinds).toEqual(Array.from(bodies, (_, i) => i))
    const unknown = encodePeerFrame(frameOf({ type: 'readIndex', readId: 1 }))
    unknown[kindAt] = bodies.length
    expect(decodePeerFrame(unknown)).toMatchObject({ ok: false, reason: expect.stringContaining(`unknown kind ${bodies.length}`) })
  })
})

describe('entries', () => {
  it('are encoded once for all peers and the log', () => {
    let reads = 0
    const payload = new Uint8Array([1])
    const counted: Entry = {
      epoch: 9,
      index: 41,
      type: 'command',
      timeMs: 1,
      get payload() {
        reads++
        return payload
      },
    }
    const list = [counted]
    const bytes = encodedAppend(list)
    const after = reads
    expect(encodedAppend(list)).toEqual(bytes)
    encodeRecords([{ kind: 'entries', prev: { epoch: 0, index: 40 }, entries: list }], 0)
    expect(reads).toBe(after)
  })

  it('are encoded anew when the list has grown, shrunk or got another end in the meantime', () => {
    const list = [...entries]
    encodedAppend(list)
    list.push({ epoch: 6, index: 45, type: 'command', timeMs: 1_800_000_000_000, payload: new Uint8Array([7]) })
    expect(decodePeerFrame(encodedAppend(list))).toEqual({ ok: true, value: append(list) })
    list[4] = { epoch: 7, index: 45, type: 'command', timeMs: 1_800_000_000_000, payload: new Uint8Array([9]) }
    expect(decodePeerFrame(encodedAppend(list))).toEqual({ ok: true, value: append(list) })
    list.length = 2
    list.push({ epoch: 8, index: 43, type: 'command', timeMs: 1_800_000_000_001, payload: new Uint8Array([8]) })
    expect(decodePeerFrame(encodedAppend(list))).toEqual({ ok: true, value: append(list) })
  })

  it('are encoded anew when the first of the list was taken away', () => {
    const list = [...entries]
    const batch = (index: number): Uint8Array => encodeRecords([{ kind: 'entries', prev: { epoch: 0, index }, entries: list }], 0).bytes
    batch(40)
    list.shift()
    expect(decodeRecords(batch(41), 0)).toMatchObject({ ok: true, value: { records: [{ entries: entries.slice(1) }] } })
  })

  it('that break an invariant of the log are not encoded', () => {
    const [first, second] = entries
    if (first === undefined || second === undefined) throw new Error('no samples')
    expect(() => encodedAppend([second])).toThrow('cannot encode entry 3.42 after 0.40')
    expect(() => encodedAppend([first, { ...second, index: 43 }])).toThrow('cannot encode entry 43: index after 41')
    expect(() => encodedAppend([first, { ...second, epoch: 2 }])).toThrow('cannot encode entry 42: epoch 2 after 3')
    expect(() => encodedAppend([first, { ...second, timeMs: 5 }])).toThrow('cannot encode entry 42: timeMs 5 after 1790000000000')
    const large = { ...first, payload: new Uint8Array(payloadBytesMax + 1) }
    expect(() => encodedAppend([large])).toThrow('cannot encode a payload of 1114113 bytes: at most 1114112 are allowed')
  })

  it('that write out a difference of zero, or unknown bits, are refused', () => {
    const bytes = [...encodedAppend([{ epoch: 9, index: 41, type: 'command', timeMs: 0, payload: new Uint8Array(0) }])]
    expect(bytes.slice(-3)).toEqual([0x09, 9, 0])
    const refusal = (entry: number[]): unknown => decodePeerFrame(Uint8Array.from([...bytes.slice(0, -3), ...entry]))
    expect(refusal([0x19, 9, 1, 0])).toMatchObject({ ok: true })
    expect(refusal([0x19, 9, 0, 0])).toMatchObject({ ok: false, reason: expect.stringContaining('difference of zero') })
    expect(refusal([0x29, 9, 0])).toMatchObject({ ok: false, reason: expect.stringContaining('entry with head 41') })
  })

  it('of the largest size pass', () => {
    const list: Entry[] = [{ epoch: 9, index: 41, type: 'command', timeMs: 1, payload: new Uint8Array(payloadBytesMax).fill(7) }]
    const decoded = decodePeerFrame(encodedAppend(list))
    expect(decoded.ok && decoded.value.messages[0]?.body).toMatchObject({ commitIndex: 0 })
  })
})

describe('bounds of a frame', () => {
  it('hold for its bytes, on both sides', () => {
    const commands = Array.from({ length: 17 }, () => new Uint8Array(1024 * 1024))
    expect(() => encodePeerFrame(frameOf({ type: 'forward', firstId: 1, commands }))).toThrow('cannot encode a frame of')
    expect(decodePeerFrame(new Uint8Array(frameBytesMax + 1))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('at most 16777216 are allowed'),
    })
  })

  it('hold for its items, on both sides', () => {
    const touch = (count: number): PeerFrame => frameOf({ type: 'touch', touchId: 1, sessions: Array.from({ length: count }, () => 1) })
    expect(decodePeerFrame(encodePeerFrame(touch(frameItemsMax - 1))).ok).toBe(true)
    expect(() => encodePeerFrame(touch(frameItemsMax))).toThrow('cannot encode a frame with 262145 items')
    const bytes = encodePeerFrame(touch(frameItemsMax - 1))
    const grown = new Uint8Array(bytes.length + 1)
    grown.set(bytes)
    grown[bytes.length] = 1
    const countAt = kindAt + 2
    expect([...grown.subarray(countAt, countAt + 3)]).toEqual([0xff, 0xff, 0x0f])
    grown.set([0x80, 0x80, 0x10], countAt)
    expect(decodePeerFrame(grown)).toMatchObject({ ok: false, reason: expect.stringContaining('262144 items where 262143 more') })
  })

  it('make a count that cannot be true fail at once', () => {
    const bytes = [...encodePeerFrame(frameOf({ type: 'touch', touchId: 1, sessions: [] }))]
    bytes.splice(-1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)
    expect(decodePeerFrame(Uint8Array.from(bytes))).toMatchObject({ ok: false, reason: expect.stringContaining('items') })
  })
})

describe('snapshot chunks', () => {
  it('with a flipped bit are refused', () => {
    const body = bodies.find((one) => one.type === 'snapshotChunk')
    if (body === undefined) throw new Error('no sample')
    const bytes = encodePeerFrame(frameOf(body))
    const last = bytes.length - 1
    bytes[last] = (bytes[last] ?? 0) ^ 1
    expect(decodePeerFrame(bytes)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('snapshot chunk at offset 65536 with a wrong checksum'),
    })
  })
})

describe('configurations', () => {
  it.each([
    ['a member twice', [1, 1]],
    ['members that are not sorted', [2, 1]],
    ['a member 0', [0]],
    ['a member above 65535', [65_536]],
  ])('with %s are neither encoded nor decoded', (_, ids) => {
    const members = ids.map((id) => ({ id, instance: 1, kind: 'voter', weight: 1, priority: 0 }) as const)
    expect(() => encodeConfig({ ...config, members })).toThrow(RangeError)
    expect(() => encodeConfig({ ...config, outgoing: members })).toThrow(RangeError)
    const varints = ids.flatMap((id) => (id < 128 ? [id, 1, 0, 1, 0] : [0x80, 0x80, 0x04, 1, 0, 1, 0]))
    expect(decodeConfig(Uint8Array.from([1, ids.length, ...varints, 0, 0])).ok).toBe(false)
  })

  it('of another format name both', () => {
    const bytes = encodeConfig(config)
    bytes[0] = 2
    expect(decodeConfig(bytes)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('configuration of format 2, this version reads 1'),
    })
  })
})

describe('events', () => {
  it('of several zxids do not share a message', () => {
    const zxid = { epoch: 1, index: 2 }
    const events = [{ type: 'created', path: '/a', zxid: { epoch: 1, index: 3 } } as const]
    expect(() => encodeServerMessages([{ type: 'events', watchId: 1, zxid, events }])).toThrow(
      'cannot encode an event of 1.3 among those of 1.2',
    )
  })
})

describe('encoding', () => {
  it.each<[string, PeerBody]>([
    ['0F', { type: 'formatted', clusterId: '0F', formatId: '' }],
    [
      'after 2',
      {
        type: 'hello',
        promisedEpoch: 0,
        promisedTo: 0,
        lastZxid: { epoch: 0, index: 0 },
        firstIndex: 0,
        epochTable: [
          { epoch: 2, lastIndex: 1 },
          { epoch: 2, lastIndex: 3 },
        ],
      },
    ],
    ['70000', { type: 'resign', epoch: 1, successor: 70_000 }],
    ['-1', { type: 'readIndex', readId: -1 }],
  ])('refuses what no receiver takes: %s', (what, body) => {
    expect(() => encodePeerFrame(frameOf(body))).toThrow(RangeError)
    expect(() => encodePeerFrame(frameOf(body))).toThrow(what)
  })
})
