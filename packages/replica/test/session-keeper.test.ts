import { beforeEach, describe, expect, it } from 'vitest'
import type { SubmitOutcome } from '@synod/interface'
import { SessionKeeper } from '../dist/session-keeper.js'
import { ManualClock } from './support/environment.ts'
import { decode, encode, KvMachine, type KvCommand } from './support/kv-machine.ts'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

let clock: ManualClock
let machine: KvMachine
let keeper: SessionKeeper
let confirmations: ((confirmed: boolean) => void)[]
let proposals: { readonly command: KvCommand; readonly done: (outcome: SubmitOutcome) => void }[]
let index: number

function apply(command: KvCommand): void {
  index += 1
  machine.apply({ epoch: 1, index, type: 'command', timeMs: 0, payload: encode(command) })
}

beforeEach(() => {
  clock = new ManualClock()
  machine = new KvMachine()
  confirmations = []
  proposals = []
  index = 0
  keeper = new SessionKeeper({
    clock,
    logger: silent,
    stateMachine: machine,
    stallMicros: 150_000,
    confirm: (done) => {
      confirmations.push(done)
    },
    propose: (command, done) => {
      proposals.push({ command: decode(command) as KvCommand, done })
    },
  })
  apply({ op: 'open', timeoutMs: 1000 })
})

const confirm = (confirmed: boolean): void => {
  for (const done of confirmations.splice(0)) done(confirmed)
}

describe('an expiry', () => {
  it('is proposed only after a confirmation that was asked for once the time was over', () => {
    keeper.start()
    clock.advance(999_000)
    expect(confirmations.length).toBe(0)
    clock.advance(1_000)
    expect([confirmations.length, proposals.length]).toEqual([1, 0])
    confirm(true)
    expect(proposals.map((proposal) => proposal.command)).toEqual([{ op: 'expire', session: 1, touchCount: 0 }])
  })

  it('is not proposed without confirmation, and asked for again', () => {
    keeper.start()
    clock.advance(1_100_000)
    confirm(false)
    expect(proposals.length).toBe(0)
    clock.advance(300_000)
    confirm(true)
    expect(proposals.length).toBe(1)
  })

  it('is not proposed when a touch came before the confirmation', () => {
    keeper.start()
    clock.advance(1_000_000)
    keeper.touch([1])
    confirm(true)
    expect(proposals.length).toBe(0)
    expect(keeper.expiringOf([1])).toEqual([])
  })

  it('once proposed is not undone by a touch, until it is decided', () => {
    keeper.start()
    clock.advance(1_000_000)
    confirm(true)
    keeper.touch([1])
    expect(keeper.expiringOf([1, 9])).toEqual([1, 9])
    apply({ op: 'use', session: 1 })
    proposals[0]?.done({ ok: true, zxid: { epoch: 1, index: 3 }, result: encode(false) })
    expect(keeper.expiringOf([1])).toEqual([])
    clock.advance(999_000)
    expect(confirmations.length).toBe(0)
    clock.advance(1_000)
    expect(confirmations.length).toBe(1)
  })

  it('is not decided by the answer to a proposal of an earlier leadership', () => {
    keeper.start()
    clock.advance(1_000_000)
    confirm(true)
    keeper.stop()
    keeper.start()
    clock.advance(1_000_000)
    confirm(true)
    expect(proposals.length).toBe(2)
    proposals[0]?.done({ ok: true, zxid: { epoch: 1, index: 3 }, result: encode(false) })
    expect(keeper.expiringOf([1])).toEqual([1])
  })
})

describe('the time of a session', () => {
  it('starts anew with every leadership', () => {
    keeper.start()
    clock.advance(900_000)
    keeper.stop()
    keeper.start()
    clock.advance(900_000)
    expect(confirmations.length).toBe(0)
    clock.advance(100_000)
    expect(confirmations.length).toBe(1)
  })

  it('grows by the length of a stall, and a confirmation from before does not count', () => {
    keeper.start()
    clock.advance(990_000)
    clock.jump(5_000_000)
    clock.advance(9_000)
    expect(confirmations.length).toBe(0)
    clock.advance(250_000)
    expect(confirmations.length).toBe(1)
    clock.jump(5_000_000)
    const [before, after] = confirmations
    before?.(true)
    expect(proposals.length).toBe(0)
    after?.(true)
    expect(proposals.length).toBe(1)
  })

  it('is no longer than full after a stall, though a touch was heard before the stall was noticed', () => {
    keeper.start()
    clock.time += 5_000_000
    keeper.touch([1])
    clock.jump(0)
    clock.advance(999_000)
    expect(confirmations.length).toBe(0)
    clock.advance(1_000)
    expect(confirmations.length).toBe(1)
  })

  it('is full again when a command of it was applied', () => {
    keeper.start()
    clock.advance(900_000)
    apply({ op: 'use', session: 1 })
    clock.advance(900_000)
    expect(confirmations.length).toBe(0)
    clock.advance(250_000)
    expect(confirmations.length).toBe(1)
  })

  it('counts for a session that was opened since the last look', () => {
    keeper.start()
    apply({ op: 'open', timeoutMs: 500 })
    keeper.touch([2])
    expect(keeper.expiringOf([2])).toEqual([])
  })
})
