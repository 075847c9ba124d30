import { describe, expect, it } from 'vitest'
import type { CoreBody } from '@synod/interface/protocol'
import {
  append,
  appended,
  echoOf,
  entriesOf,
  entriesRecord,
  leadingCore,
  LoneCore,
  promiseRecord,
  snapshotOf,
  storeOf,
} from './harness/lone-core.ts'

const compacted = storeOf([promiseRecord(1, 2), { kind: 'snapbase', snapshot: snapshotOf(1, 10) }, entriesRecord(1, [11, 12])])

describe('an Append that begins below the own log (amendment 33)', () => {
  it('has what is below skipped, for it is committed, and the rest appended', () => {
    const lone = new LoneCore(compacted)
    lone.hear(2, append(1, { epoch: 1, index: 7 }, { entries: entriesOf(1, [8, 14]) }))
    expect(lone.effects.wal).toEqual([expect.objectContaining({ kind: 'entries', prev: { epoch: 1, index: 12 } })])
    expect(lone.view).toMatchObject({ firstIndex: 11, lastZxid: { epoch: 1, index: 14 } })
    lone.sync()
    lone.hear(2, append(1, { epoch: 1, index: 3 }, { entries: entriesOf(1, [4, 6]) }))
    expect(lone.effects.wal).toEqual([])
    expect(lone.said('appended').at(-1)?.body).toMatchObject({ ok: true, durableIndex: 10, conflict: null })
  })
})

describe('an Append that begins beyond the own log (amendment 35)', () => {
  it('is answered with what is here, and truncates nothing', () => {
    const lone = new LoneCore(compacted)
    lone.hear(2, append(1, { epoch: 1, index: 40 }, { entries: entriesOf(1, [41, 41]) }))
    expect(lone.effects.wal).toEqual([])
    expect(lone.said('appended').map(({ body }) => body.conflict?.lastZxid)).toEqual([{ epoch: 1, index: 12 }])
  })

  it('costs the leader one probe, however many answers tell of the same gap', () => {
    const lone = leadingCore()
    for (let at = 0; at < 5; at += 1) lone.step({ type: 'propose', proposalId: at, commands: [new Uint8Array(1)], timeMs: 0 })
    lone.sync()
    const conflict = { lastZxid: { epoch: 1, index: 2 }, firstIndex: 1, epochTable: [{ epoch: 1, lastIndex: 2 }] }
    const echo = echoOf(lone, 2)
    const resent = Array.from({ length: 5 }, () => {
      lone.hear(2, appended(2, 0, { conflict }), { echo })
      return lone.said('append').filter(({ to, body }) => to === 2 && body.entries.length > 0).length
    })
    expect(resent.reduce((sum, each) => sum + each, 0)).toBe(1)
  })

  it('costs one probe also when late answers to older Appends come in between', () => {
    const lone = leadingCore()
    for (let at = 0; at < 5; at += 1) lone.step({ type: 'propose', proposalId: at, commands: [new Uint8Array(1)], timeMs: 0 })
    lone.sync()
    const conflict = {
      lastZxid: { epoch: 2, index: 6 },
      firstIndex: 1,
      epochTable: [
        { epoch: 1, lastIndex: 3 },
        { epoch: 2, lastIndex: 6 },
      ],
    }
    // All of it was said before the probe could arrive: the gap after 6, and what older Appends had brought.
    const echo = echoOf(lone, 2)
    const sentAfter = (body: CoreBody): number => {
      lone.hear(2, body, { echo })
      return lone.said('append').filter(({ to, body: { entries } }) => to === 2 && entries.length > 0).length
    }
    const sent = [0, 5, 0, 6, 0, 6, 0].map((durable) => sentAfter(durable === 0 ? appended(2, 0, { conflict }) : appended(2, durable)))
    expect(sent).toEqual([1, 1, 0, 0, 0, 0, 0])
  })

  it('costs one probe, too, when the follower has greeted the leader again and again before it heard of it (seed 0x52)', () => {
    const lone = leadingCore()
    for (let at = 0; at < 5; at += 1) lone.step({ type: 'propose', proposalId: at, commands: [new Uint8Array(1)], timeMs: 0 })
    lone.sync()
    const log = {
      lastZxid: { epoch: 2, index: 6 },
      firstIndex: 1,
      epochTable: [
        { epoch: 1, lastIndex: 3 },
        { epoch: 2, lastIndex: 6 },
      ],
    }
    const hello: CoreBody = { type: 'hello', promisedEpoch: 2, promisedTo: 1, ...log }
    const echo = echoOf(lone, 3)
    const sentAfter = (body: CoreBody): number => {
      lone.hear(3, body, { echo })
      return lone.said('append').filter(({ to, body: { entries } }) => to === 3 && entries.length > 0).length
    }
    expect([hello, appended(2, 6), hello, appended(2, 6), hello].map(sentAfter)).toEqual([1, 1, 0, 0, 0])
  })

  it('is probed again when the follower has heard the probe, and still lacks what it builds on', () => {
    const lone = leadingCore()
    for (let at = 0; at < 5; at += 1) lone.step({ type: 'propose', proposalId: at, commands: [new Uint8Array(1)], timeMs: 0 })
    lone.sync()
    const conflict = { lastZxid: { epoch: 1, index: 2 }, firstIndex: 1, epochTable: [{ epoch: 1, lastIndex: 2 }] }
    lone.hear(3, appended(2, 0, { conflict }), { echo: echoOf(lone, 3) })
    lone.hear(3, appended(2, 0, { conflict }), { echo: echoOf(lone, 3) })
    expect(lone.said('append').filter(({ to, body }) => to === 3 && body.entries.length > 0)).toHaveLength(1)
  })
})
