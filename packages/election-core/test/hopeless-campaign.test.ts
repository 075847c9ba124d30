import { describe, expect, it } from 'vitest'
import { echoOf, entriesRecord, granted, LoneCore, promiseRecord, statusOf, storeOf } from './harness/lone-core.ts'

/** Server 1, with the greatest log, asks 2 and 3 for their promise of epoch 2; its own is durable. */
function candidate(): LoneCore {
  const lone = new LoneCore(storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 5], 0)]))
  for (const peer of [2, 3, 2, 3])
    lone.hear(peer, statusOf({ lastZxid: { epoch: 1, index: 2 }, supports: 1 }), { echo: echoOf(lone, peer) })
  lone.sync()
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
