import { describe, expect, it } from 'vitest'
import type { CoreBody, NodeId, PeerMessage } from '@synod/interface/protocol'
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

/** The established leader of epoch 2, with five writes that no follower has yet: 2.5 to 2.9. */
function leaderWithWrites(): LoneCore {
  const lone = leadingCore()
  for (let at = 0; at < 5; at += 1) lone.step({ type: 'propose', proposalId: at, commands: [new Uint8Array(1)], timeMs: 0 })
  lone.sync()
  return lone
}

/** What a follower says of its log when two of those have reached it. */
const upToSix = {
  lastZxid: { epoch: 2, index: 6 },
  firstIndex: 1,
  epochTable: [
    { epoch: 1, lastIndex: 3 },
    { epoch: 2, lastIndex: 6 },
  ],
}

/** Takes in what a follower says; how many Appends with entries leave for it. */
function resentAfter(
  lone: LoneCore,
  { from, body, echo }: { readonly from: NodeId; readonly body: CoreBody; readonly echo: PeerMessage['echo'] },
): number {
  lone.hear(from, body, { echo })
  return lone.said('append').filter((said) => said.to === from && said.body.entries.length > 0).length
}

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
    const lone = leaderWithWrites()
    const conflict = { lastZxid: { epoch: 1, index: 2 }, firstIndex: 1, epochTable: [{ epoch: 1, lastIndex: 2 }] }
    const echo = echoOf(lone, 2)
    const resent = Array.from({ length: 5 }, () => resentAfter(lone, { from: 2, body: appended(2, 0, { conflict }), echo }))
    expect(resent.reduce((sum, each) => sum + each, 0)).toBe(1)
  })

  it('costs one probe also when late answers to older Appends come in between', () => {
    const lone = leaderWithWrites()
    // All of it was said before the probe could arrive: the gap after 6, and what older Appends had brought.
    const echo = echoOf(lone, 2)
    const gap = appended(2, 0, { conflict: upToSix })
    const said = [gap, appended(2, 5), gap, appended(2, 6), gap, appended(2, 6), gap]
    expect(said.map((body) => resentAfter(lone, { from: 2, body, echo }))).toEqual([1, 1, 0, 0, 0, 0, 0])
  })

  it('costs one probe, too, when the follower has greeted the leader again and again before it heard of it (seed 0x52)', () => {
    const lone = leaderWithWrites()
    const hello: CoreBody = { type: 'hello', promisedEpoch: 2, promisedTo: 1, ...upToSix }
    const echo = echoOf(lone, 3)
    const said = [hello, appended(2, 6), hello, appended(2, 6), hello]
    expect(said.map((body) => resentAfter(lone, { from: 3, body, echo }))).toEqual([1, 1, 0, 0, 0])
  })

  it('is probed again when the follower has heard the probe, and still lacks what it builds on', () => {
    const lone = leaderWithWrites()
    const conflict = { lastZxid: { epoch: 1, index: 2 }, firstIndex: 1, epochTable: [{ epoch: 1, lastIndex: 2 }] }
    const body = appended(2, 0, { conflict })
    lone.hear(3, body, { echo: echoOf(lone, 3) })
    expect(resentAfter(lone, { from: 3, body, echo: echoOf(lone, 3) })).toBe(1)
  })
})
