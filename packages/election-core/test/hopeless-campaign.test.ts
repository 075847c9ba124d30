import { describe, expect, it } from 'vitest'
import { echoOf, entriesRecord, granted, LoneCore, promiseRecord, statusOf, storeOf } from './harness/lone-core.ts'

/** Server 1, with the greatest log, asks 2 and 3 for their promise of epoch 2; its own is durable, unless its disk is at it still. */
function candidate(options: { readonly syncs: boolean } = { syncs: true }): LoneCore {
  const lone = new LoneCore(storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 5], 0)]))
  for (const peer of [2, 3, 2, 3])
    lone.hear(peer, statusOf({ lastZxid: { epoch: 1, index: 2 }, supports: 1 }), { echo: echoOf(lone, peer) })
  if (options.syncs) lone.sync()
  expect(lone.view.role).toBe('candidate')
  return lone
}

const refused = { ...granted(2, { epoch: 1, index: 2 }), granted: false, promisedEpoch: 3, promisedTo: 3 } as const

describe('a campaign that no quorum can grant any more (simulator, lone-troubles seed 2, 5 servers)', () => {
  it('ends with the refusal when whoever is left is gone', () => {
    const lone = candidate()
    lone.step({ type: 'closed', peer: 3 })
    lone.hear(2, refused, { echo: echoOf(lone, 2) })
    expect(lone.view.role).toBe('looking')
  })

  it('goes on after a refusal while another may grant', () => {
    const lone = candidate()
    lone.hear(2, refused, { echo: echoOf(lone, 2) })
    expect(lone.view.role).toBe('candidate')
  })

  it('counts a grant of who is gone since', () => {
    const lone = candidate()
    lone.hear(3, granted(2, { epoch: 1, index: 2 }), { echo: echoOf(lone, 3) })
    lone.step({ type: 'closed', peer: 3 })
    lone.hear(2, refused, { echo: echoOf(lone, 2) })
    expect(lone.view.role).toBe('leading')
  })
})

describe('a campaign that ends while its own promise is on its way to the disk (simulator, seed 0xc5e, 3 servers)', () => {
  const connected = (lone: LoneCore): readonly boolean[] => lone.said('status').map(({ body }) => body.quorumConnected)

  it('says nothing of the disk when it was refused', () => {
    const lone = candidate({ syncs: false })
    lone.hear(2, refused, { echo: echoOf(lone, 2) })
    lone.hear(3, refused, { echo: echoOf(lone, 3) })
    expect(lone.view.role).toBe('looking')
    expect(connected(lone)).toEqual([true, true])
  })

  it('speaks against the disk when it had all the time that there is', () => {
    const lone = candidate({ syncs: false })
    while (lone.view.role === 'candidate') lone.after(10_000).step({ type: 'tick' })
    expect(connected(lone)).toEqual([false, false])
  })
})
