import { describe, expect, it } from 'vitest'
import { entriesRecord, LoneCore, newEpoch, promiseRecord, statusOf, storeOf } from './harness/lone-core.ts'

const last = { epoch: 1, index: 3 }

/** Server 1 has granted `epoch` to candidate 2; the greater server 3 looks for leadership, too. */
class Voter {
  readonly lone = new LoneCore(storeOf([promiseRecord(1, 3), entriesRecord(1, [1, 3], 0)]))

  /** Grants, when 2 is heard and 3 not yet. */
  grant(epoch: number): void {
    this.gossip(epoch, [2])
    this.lone.hear(2, newEpoch(epoch, last))
    expect(this.lone.view.promised).toMatchObject({ epoch, candidate: 2 })
  }

  /** Lives on for so long, hearing both of them every 50 ms; returns whom it supports then. */
  supportsAfter(micros: number, epoch: number): number {
    let left = micros
    while (left > 0) {
      const slice = Math.min(left, 50_000)
      this.lone.after(slice)
      this.gossip(epoch)
      left -= slice
    }
    const said = this.lone.step({ type: 'opened', peer: 3 }).send.findLast(({ message }) => message.body.type === 'status')
    return said?.message.body.type === 'status' ? said.message.body.supports : -1
  }

  private gossip(epoch: number, peers: readonly number[] = [2, 3]): void {
    for (const peer of peers) {
      const opened = this.lone.step({ type: 'opened', peer }).send.at(-1)
      const echo = { incarnation: this.lone.view.incarnation, sequence: opened?.message.sequence ?? 0 }
      const is = peer === 2 ? statusOf({ role: 'candidate', promisedEpoch: epoch, supports: 2 }) : statusOf({ supports: 3 })
      this.lone.hear(peer, is, { echo })
    }
  }
}

describe('a voter stands by the candidate it granted its promise to (amendment 15)', () => {
  it('as long as its own disk takes to write the promise, and T_camp from then', () => {
    const voter = new Voter()
    voter.grant(2)
    expect(voter.supportsAfter(600_000, 2)).toBe(2)
    voter.lone.sync()
    expect(voter.supportsAfter(240_000, 2)).toBe(2)
    expect(voter.supportsAfter(20_000, 2)).toBe(3)
  })

  it('for longer after campaigns that failed, as T_camp grows with them', () => {
    const voter = new Voter()
    voter.grant(2)
    voter.lone.sync()
    expect(voter.supportsAfter(300_000, 2)).toBe(3)
    voter.lone.hear(2, newEpoch(3, { epoch: 1, index: 9 }))
    voter.lone.sync()
    expect(voter.supportsAfter(450_000, 3)).toBe(2)
    expect(voter.supportsAfter(100_000, 3)).toBe(3)
  })

  it('no longer than a candidate may wait for a disk', () => {
    const voter = new Voter()
    voter.grant(2)
    expect(voter.supportsAfter(1_950_000, 2)).toBe(2)
    expect(voter.supportsAfter(100_000, 2)).toBe(3)
  })
})
