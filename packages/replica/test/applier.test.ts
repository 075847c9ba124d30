import type { Entry } from '@synod/interface/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { Alarm } from '../dist/alarm.js'
import { Applier } from '../dist/applier.js'
import { ManualClock } from './support/environment.ts'
import { KvMachine, kvSet } from './support/kv-machine.ts'

let clock: ManualClock

beforeEach(() => {
  clock = new ManualClock()
})

describe('applying', () => {
  let machine: KvMachine
  let runs: number[]
  let failures: unknown[]
  let applier: Applier
  let known: number

  beforeEach(() => {
    machine = new KvMachine()
    runs = []
    failures = []
    known = Infinity
    const entry = (index: number): Entry => ({ epoch: 1, index, type: 'command', timeMs: 0, payload: kvSet('k', String(index)) })
    applier = new Applier({
      clock,
      stateMachine: machine,
      batchMax: 10,
      entries: (from, to) => Array.from({ length: Math.min(to, known) - from + 1 }, (_, at) => entry(from + at)),
      onEntry: () => undefined,
      onApplied: (index) => {
        runs.push(index)
      },
      onFailed: (error) => {
        failures.push(error)
      },
    })
  })

  it('happens at once, in order, a bounded number per turn', () => {
    applier.commit(4)
    applier.commit(25)
    expect(runs).toEqual([4, 10])
    clock.turn()
    expect(runs).toEqual([4, 10, 20, 25])
    expect(machine.log.length).toBe(25)
  })

  it('waits while a snapshot is on its way, and goes on behind it', () => {
    applier.commit(3)
    applier.hold()
    applier.commit(25)
    clock.turn()
    expect(runs).toEqual([3])
    machine.appliedZxid = { epoch: 1, index: 20 }
    applier.release()
    expect(runs).toEqual([3, 25])
  })

  it('stops for good when an entry is missing', () => {
    known = 5
    applier.commit(8)
    expect(String(failures[0])).toContain('entries 1 to 8 were to be applied, the state is at 5')
    known = Infinity
    applier.commit(9)
    clock.turn()
    expect(failures.length).toBe(1)
    expect(machine.appliedZxid.index).toBe(5)
  })
})

describe('an alarm', () => {
  let fired: (readonly [number, number])[]
  let alarm: Alarm

  beforeEach(() => {
    clock.time = 0
    fired = []
    alarm = new Alarm(clock, (askedAt) => {
      fired.push([askedAt, clock.now()])
    })
  })

  it('fires once, at the time that was asked for last', () => {
    alarm.set(100)
    alarm.set(300)
    alarm.set(200)
    clock.advance(1000)
    expect(fired).toEqual([[200, 200]])
  })

  it('tells how late it is', () => {
    alarm.set(100)
    clock.jump(5000)
    expect(fired).toEqual([[100, 5000]])
  })

  it('only moves to earlier when asked so', () => {
    alarm.set(100)
    alarm.setEarliest(200)
    alarm.setEarliest(50)
    clock.advance(1000)
    expect(fired).toEqual([[50, 50]])
  })

  it('does not fire once stopped or unset', () => {
    alarm.set(100)
    alarm.set(null)
    clock.advance(500)
    alarm.set(600)
    alarm.stop()
    clock.advance(500)
    expect(fired).toEqual([])
  })
})
