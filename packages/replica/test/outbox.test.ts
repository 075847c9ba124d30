import type { Lane, Transport } from '@synod/interface'
import type { Outgoing } from '@synod/election-core'
import type { Appended, NodeId, PeerMessage } from '@synod/interface/protocol'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { Outbox } from '../dist/outbox.js'
import { outgoing } from './support/fake-core.ts'

interface Sent {
  readonly to: NodeId
  readonly lane: Lane
  readonly sequences: readonly number[]
}

let sent: Sent[]
let outbox: Outbox

beforeEach(() => {
  sent = []
  const frames = new Map<Uint8Array, readonly PeerMessage[]>()
  const transport = {
    send: (to: NodeId, frame: Uint8Array, lane: Lane) => {
      sent.push({ to, lane, sequences: (frames.get(frame) ?? []).map((message) => message.sequence) })
    },
  } as unknown as Transport
  outbox = new Outbox(transport, (_to, messages) => {
    const frame = new Uint8Array(1)
    frames.set(frame, messages)
    return frame
  })
})

describe('the outbox', () => {
  it('sends all messages of a turn for one peer and lane in one frame', () => {
    const messages = [outgoing(1, 0), outgoing(2, 0), outgoing(1, 0), outgoing(1, 0, { lane: 'bulk' })]
    for (const message of messages) outbox.add(message)
    outbox.flush()
    const [a, b, c, d] = messages.map((message) => message.message.sequence)
    expect(sent).toEqual([
      { to: 1, lane: 'control', sequences: [a, c] },
      { to: 1, lane: 'bulk', sequences: [d] },
      { to: 2, lane: 'control', sequences: [b] },
    ])
  })

  it('lets a message that needs nothing durable overtake those that wait', () => {
    const waits = outgoing(1, 5)
    const free = outgoing(1, 0)
    outbox.add(waits)
    outbox.add(free)
    outbox.flush()
    outbox.durable(5)
    outbox.flush()
    expect(sent.map((frame) => frame.sequences)).toEqual([[free.message.sequence], [waits.message.sequence]])
  })

  it('keeps one acknowledgement for a hung disk, however often it is asked for', () => {
    const acknowledges = (durableIndex: number, changes: Partial<Appended> = {}): Outgoing => {
      const waiting = outgoing(1, 5)
      const body: Appended = {
        type: 'appended',
        epoch: 2,
        ok: true,
        durableIndex,
        appliedIndex: 0,
        promisedEpoch: 2,
        promisedTo: 1,
        leader: null,
        conflict: null,
        ...changes,
      }
      return { ...waiting, message: { ...waiting.message, body } }
    }
    const conflict = { lastZxid: { epoch: 1, index: 2 }, firstIndex: 1, epochTable: [] }
    const rest = [acknowledges(7), acknowledges(6), acknowledges(6, { epoch: 3 }), acknowledges(0, { epoch: 3, conflict })]
    for (let at = 0; at < 1_000; at += 1) outbox.add(acknowledges(7))
    for (const each of rest) outbox.add(each)
    outbox.durable(5)
    outbox.flush()
    expect(sent.map(({ sequences }) => sequences)).toEqual([rest.map(({ message }) => message.sequence)])
  })

  it('sends a message whose records are durable already at once', () => {
    outbox.durable(7)
    outbox.add(outgoing(1, 7))
    outbox.flush()
    expect(sent.length).toBe(1)
  })

  it('never sends what was not durable, keeps the order per peer, loses nothing (R1)', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), to: fc.integer({ min: 1, max: 3 }) }),
      fc.constant({ kind: 'write' as const }),
      fc.record({ kind: fc.constant('durable' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.constant({ kind: 'flush' as const }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const needs = new Map<number, number>()
        const added = new Map<NodeId, number[]>()
        let written = 0
        let durable = 0
        const frames: { readonly to: NodeId; readonly sequence: number; readonly durable: number }[] = []
        const encoder = (to: NodeId, messages: readonly PeerMessage[]): Uint8Array => {
          for (const message of messages) frames.push({ to, sequence: message.sequence, durable })
          return new Uint8Array(1)
        }
        const box = new Outbox({ send: () => undefined } as unknown as Transport, encoder)
        for (const step of actions) {
          if (step.kind === 'write') written += 1
          if (step.kind === 'flush') box.flush()
          if (step.kind === 'durable') {
            durable = Math.max(durable, Math.floor(written * step.share))
            box.durable(durable)
          }
          if (step.kind !== 'add') continue
          const message = outgoing(step.to, written)
          needs.set(message.message.sequence, written)
          added.set(step.to, (added.get(step.to) ?? []).concat(message.message.sequence))
          box.add(message)
        }
        durable = written
        box.durable(durable)
        box.flush()
        for (const frame of frames) expect(frame.durable).toBeGreaterThanOrEqual(needs.get(frame.sequence) ?? Infinity)
        for (const [peer, sequences] of added)
          expect(frames.filter((frame) => frame.to === peer).map((frame) => frame.sequence)).toEqual(sequences)
      }),
    )
  })

  it('cuts what would be too large for one frame', () => {
    const bytes = new Uint8Array(3 * 1024 * 1024)
    const chunk = {
      type: 'snapshotChunk',
      epoch: 1,
      forFetch: false,
      candidateIncarnation: 0,
      snapshotId: 's',
      offset: 0,
      bytes,
      last: false,
    } as const
    for (let at = 0; at < 3; at += 1) outbox.add(outgoing(1, 0, { lane: 'bulk', body: chunk }))
    outbox.flush()
    expect(sent.map((frame) => frame.sequences.length)).toEqual([1, 1, 1])
  })

  it('says a last word and nothing more', () => {
    outbox.add(outgoing(1, 3))
    outbox.add(outgoing(1, 0))
    const last = outgoing(2, 0)
    outbox.closeWith([last])
    outbox.durable(3)
    outbox.add(outgoing(1, 0))
    outbox.flush()
    expect(sent).toEqual([{ to: 2, lane: 'control', sequences: [last.message.sequence] }])
  })
})
