import { describe, expect, it } from 'vitest'
import {
  append,
  appended,
  echoOf,
  entriesRecord,
  leadingCore,
  LoneCore,
  newEpoch,
  promiseRecord,
  statusOf,
  storeOf,
} from './harness/lone-core.ts'

const store = storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 5], 0)])

describe('a server that starts (amendment 38)', () => {
  it('neither says nor accepts anything before its new life is on the disk', () => {
    const lone = new LoneCore(store, { asleep: true })
    expect(lone.effects.wal).toEqual([expect.objectContaining({ kind: 'meta', incarnation: 2 })])
    lone.hear(2, append(1, { epoch: 1, index: 5 }))
    expect(lone.effects.send).toEqual([])
    lone.hear(3, newEpoch(9, { epoch: 1, index: 5 }))
    expect(lone.effects).toMatchObject({ send: [], wal: [] })
    expect(lone.view).toMatchObject({ role: 'looking', promised: { epoch: 1 } })
    lone.sync()
    lone.hear(2, append(1, { epoch: 1, index: 5 }))
    expect(lone.view.role).toBe('following')
  })
})

describe('an answer to an earlier life (amendment 30)', () => {
  it('is dropped when it names that life', () => {
    const lone = leadingCore()
    lone.hear(2, appended(2, 4, { ok: false, promisedEpoch: 9, leader: { id: 3, epoch: 9, alive: true } }), { toIncarnation: 1 })
    expect(lone.view.role).toBe('leading')
    lone.hear(2, appended(2, 4, { ok: false, promisedEpoch: 9, leader: { id: 3, epoch: 9, alive: true } }), { toIncarnation: 2 })
    expect(lone.view.role).not.toBe('leading')
  })

  it('confirms no read by an echo that was of that life', () => {
    const lone = leadingCore()
    lone.step({ type: 'read', readId: 7 })
    expect(lone.said('append').map(({ to }) => to)).toEqual([2, 3])
    lone.hear(2, appended(2, 4), { echo: { incarnation: 1, sequence: 5_000 } })
    expect(lone.effects.notices).toEqual([])
    lone.hear(2, appended(2, 4), { echo: echoOf(lone, 2) })
    expect(lone.effects.notices).toEqual([{ kind: 'readReady', readId: 7, index: 4 }])
  })
})

describe('a peer that was restarted (amendment 43)', () => {
  it('is fed anew, and nothing that its earlier life confirmed counts', () => {
    const lone = leadingCore()
    lone.step({ type: 'propose', proposalId: 1, commands: [new Uint8Array(1)], timeMs: 0 })
    expect(lone.said('append').map(({ body }) => body.entries.length)).toEqual([1, 1])
    lone.sync()
    lone.step({ type: 'read', readId: 7 })
    const echo = echoOf(lone, 2)
    lone.hear(2, statusOf({ role: 'looking' }), { fromIncarnation: 2, sequence: 1 })
    expect(lone.said('status').map(({ to }) => to)).toEqual([2])
    lone.hear(2, appended(2, 5), { fromIncarnation: 1, echo })
    expect(lone.effects.notices).toEqual([])
    expect(lone.said('staleIncarnation').map(({ body }) => body.seen)).toEqual([2])
    expect(lone.view.commitIndex).toBe(4)
    lone.after(50_000).step({ type: 'tick' })
    const probes = lone.effects.send.filter(({ to, message }) => to === 2 && message.body.type === 'append')
    expect(probes).toHaveLength(1)
  })

  it('as an older copy than one that was seen is told so', () => {
    const lone = leadingCore()
    lone.hear(2, statusOf({}), { fromIncarnation: 4, sequence: 1 })
    lone.hear(2, statusOf({}), { fromIncarnation: 3, sequence: 9 })
    expect(lone.said('staleIncarnation').map(({ body }) => body.seen)).toEqual([4])
  })
})

describe('word of the first start of a peer, before it had promised anything', () => {
  const firstStart = statusOf({
    store: 'pristine',
    formatId: '9'.repeat(32),
    lastZxid: { epoch: 0, index: 0 },
    promisedEpoch: 0,
    supports: 1,
  })
  const leader = { id: 3, epoch: 1, alive: true }

  /** The lone server looks for a leader, and so does server 2, if it is believed: they would be a quorum. */
  function candidateAfter(hears: (lone: LoneCore) => void): boolean {
    const lone = new LoneCore(store)
    hears(lone)
    lone.hear(2, firstStart, { sequence: 3, echo: echoOf(lone, 2) })
    lone.wait(120_000)
    return lone.view.role === 'candidate'
  }

  it('counts while nothing else is known', () => {
    expect(candidateAfter(() => undefined)).toBe(true)
  })

  it('is late, and does not count, once that life has said that it is formatted', () => {
    expect(candidateAfter((lone) => lone.hear(2, statusOf({ role: 'following', leader }), { sequence: 10, echo: echoOf(lone, 2) }))).toBe(
      false,
    )
  })
})
