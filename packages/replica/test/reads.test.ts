import { SynodError, type Consistency } from '@synod/interface'
import { beforeEach, describe, expect, it } from 'vitest'
import { Reads } from '../dist/reads.js'
import { ManualClock } from './support/environment.ts'
import { KvMachine } from './support/kv-machine.ts'

let clock: ManualClock
let machine: KvMachine
let reads: Reads
let started: number[]
let reachable: boolean
let answers: string[]

beforeEach(() => {
  clock = new ManualClock()
  machine = new KvMachine()
  started = []
  reachable = true
  answers = []
  reads = new Reads({
    clock,
    stateMachine: machine,
    timeoutMicros: 1_000_000,
    retryMicros: 300_000,
    reachable: () => reachable,
    start: (readId) => {
      started.push(readId)
    },
    schedule: () => undefined,
  })
})

function read(name: string, consistency: Consistency = 'linearizable', minIndex = 0): void {
  reads.read(consistency, minIndex, (outcome) => {
    answers.push(`${name} ${outcome.ok ? outcome.zxid.index : outcome.error.code}`)
  })
}

function apply(index: number): void {
  machine.appliedZxid = { epoch: 1, index }
  reads.applied(index)
}

describe('linearizable reads', () => {
  it('of one turn share a round, and wait until its index is applied', () => {
    read('a')
    read('b')
    reads.flush()
    expect(started).toEqual([1])
    reads.ready(1, 5)
    apply(4)
    expect(answers).toEqual([])
    apply(5)
    expect(answers).toEqual(['a 5', 'b 5'])
  })

  it('that come after a round was started do not join it (I17)', () => {
    read('a')
    reads.flush()
    read('b')
    reads.ready(1, 0)
    expect(answers).toEqual(['a 0'])
    reads.flush()
    reads.ready(2, 0)
    expect(answers).toEqual(['a 0', 'b 0'])
  })

  it('collect while two rounds are under way', () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      read(name)
      reads.flush()
    }
    expect(started).toEqual([1, 2])
    reads.ready(1, 0)
    reads.flush()
    reads.ready(3, 0)
    expect(answers).toEqual(['a 0', 'c 0', 'd 0'])
  })

  it('are asked for again when refused, unanswered, or another leads, under an id that was never used', () => {
    read('a')
    reads.flush()
    reads.failed(1)
    reads.flush()
    expect(started).toEqual([1])
    clock.advance(20_000)
    reads.flush()
    clock.advance(300_000)
    reads.expire(clock.now())
    reads.flush()
    reads.onLeaderChange()
    reads.flush()
    expect(started).toEqual([1, 2, 3, 4])
    reads.ready(2, 0)
    reads.ready(3, 0)
    expect(answers).toEqual([])
    reads.ready(4, 0)
    expect(answers).toEqual(['a 0'])
  })

  it('end with SYNOD_NO_QUORUM when nobody confirms in time, or the state stays behind', () => {
    reachable = false
    read('a')
    reads.flush()
    expect(started).toEqual([])
    reachable = true
    read('b')
    reads.flush()
    reads.ready(1, 9)
    reads.expire(clock.now() + 1_000_000)
    expect(answers.toSorted()).toEqual(['a SYNOD_NO_QUORUM', 'b SYNOD_NO_QUORUM'])
    expect(reads.pending).toBe(0)
  })
})

describe('other reads', () => {
  it('need no leader: stale ones are answered at once, session ones when their position is applied', () => {
    reachable = false
    read('stale', 'stale', 99)
    read('session', 'session', 3)
    expect(answers).toEqual([])
    reads.flush()
    expect(answers).toEqual(['stale 0'])
    apply(3)
    expect(answers).toEqual(['stale 0', 'session 3'])
  })
})

describe('confirmations', () => {
  it('are never carried over to another leadership', () => {
    const seen: boolean[] = []
    reads.confirm((confirmed) => {
      seen.push(confirmed)
    })
    reads.flush()
    reads.confirm((confirmed) => {
      seen.push(confirmed)
    })
    reads.onLeaderChange()
    expect(seen).toEqual([false, false])
    reads.ready(1, 0)
    expect(seen.length).toBe(2)
  })

  it('fail when nobody can confirm, and at the end', () => {
    const seen: boolean[] = []
    reachable = false
    reads.confirm((confirmed) => {
      seen.push(confirmed)
    })
    reads.flush()
    reachable = true
    reads.confirm((confirmed) => {
      seen.push(confirmed)
    })
    read('a')
    reads.stop(new SynodError('SYNOD_STOPPED', 'over'))
    expect(seen).toEqual([false, false])
    expect(answers).toEqual(['a SYNOD_STOPPED'])
  })
})
