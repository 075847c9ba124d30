import type { PeerMessage } from '@synod/interface/protocol'
import { describe, expect, it } from 'vitest'
import { append, appended, echoOf, entriesRecord, leadingCore, LoneCore, promiseRecord, statusOf, storeOf } from './harness/lone-core.ts'

const last = { epoch: 1, index: 5 }

/** Server 1 following 2, which it hears and which hears it. */
function following(): LoneCore {
  const lone = new LoneCore(storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 5], 0)]))
  beat(lone)
  return lone
}

function beat(lone: LoneCore): void {
  lone.hear(2, append(1, last), { echo: echoOf(lone, 2) })
}

describe('a follower (amendments 16 and 42)', () => {
  it('suspects a silent leader when T_sus is over: its own timer is no stall', () => {
    const lone = following()
    lone.wait(149_000)
    expect(lone.view.role).toBe('following')
    lone.wait(2_000)
    expect(lone.view.role).toBe('looking')
  })

  it('that stood still itself gives the leader time to be heard, and not for ever', () => {
    const lone = following()
    lone.after(2_000_000).step({ type: 'tick' })
    expect(lone.view.role).toBe('following')
    lone.wait(45_000)
    expect(lone.view.role).toBe('following')
    lone.wait(10_000)
    expect(lone.view.role).toBe('looking')
  })

  it('takes a stall for no gap between heartbeats, and traffic for none either', () => {
    const lone = following()
    for (let round = 0; round < 20; round += 1) {
      lone.after(2_000_000).step({ type: 'tick' })
      lone.wait(50_000)
      beat(lone)
      lone.wait(5_000)
      lone.hear(2, append(1, last, { commit: 1 }), { echo: echoOf(lone, 2) })
    }
    lone.wait(155_000)
    expect(lone.view.role).toBe('looking')
  })

  it('is patient with a leader whose heartbeats are slow to come', () => {
    const lone = following()
    for (let round = 0; round < 30; round += 1) {
      lone.wait(100_000)
      beat(lone)
    }
    lone.wait(250_000)
    expect(lone.view.role).toBe('following')
  })
})

describe('a leader that stood still (amendments 7 and 17)', () => {
  it('asks anew for a confirmation that it waited for: what was queued may be older than its successor', () => {
    const lone = leadingCore()
    lone.wait(60_000)
    lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoOf(lone, 3) })
    const before = echoOf(lone, 2)
    lone.after(10_000_000).step({ type: 'tick' })
    lone.hear(2, appended(2, 4), { echo: before })
    expect(lone.said('newEpoch')).toEqual([])
    lone.hear(2, appended(2, 4), { echo: echoOf(lone, 2) })
    expect(lone.said('newEpoch')).toHaveLength(2)
  })

  /** Ten seconds; then what came meanwhile is taken in. */
  function back(): { readonly lone: LoneCore; readonly before: PeerMessage['echo'] } {
    const lone = leadingCore()
    lone.wait(60_000)
    for (const peer of [2, 3]) lone.hear(peer, appended(2, 4), { echo: echoOf(lone, peer) })
    expect(lone.view.confirmed).toBe(true)
    const before = echoOf(lone, 2)
    lone.after(10_000_000).step({ type: 'read', readId: 7 })
    return { lone, before }
  }

  it('goes on leading but holds itself for confirmed by nobody, whatever was queued', () => {
    const { lone, before } = back()
    expect(lone.view).toMatchObject({ role: 'leading', confirmed: false })
    lone.hear(2, appended(2, 4), { echo: before })
    expect(lone.view.confirmed).toBe(false)
    expect(lone.effects.notices).toEqual([])
    lone.hear(2, appended(2, 4), { echo: echoOf(lone, 2) })
    expect(lone.view.confirmed).toBe(true)
    expect(lone.effects.notices).toEqual([{ kind: 'readReady', readId: 7, index: 4 }])
  })

  it('acts on no higher promise before, and does after', () => {
    const { lone, before } = back()
    lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoOf(lone, 3) })
    lone.hear(2, appended(2, 4), { echo: before })
    expect(lone.said('newEpoch')).toEqual([])
    lone.hear(2, appended(2, 4), { echo: echoOf(lone, 2) })
    expect(lone.said('newEpoch').map(({ body }) => [body.epoch, body.reEpoch])).toEqual([
      [10, true],
      [10, true],
    ])
  })
})
