import type { SubmitOutcome } from '@synod/interface'
import type { NodeId, ReplicaBody } from '@synod/interface/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { EntryWaiters } from '../dist/entry-waiters.js'
import { Submissions } from '../dist/submissions.js'
import { ManualClock } from './support/environment.ts'

let clock: ManualClock
let waiters: EntryWaiters
let submissions: Submissions
let leader: NodeId | null
let leading: boolean
let applied: number
let sent: { readonly to: NodeId; readonly body: ReplicaBody }[]
let proposed: { readonly id: number; readonly commands: readonly string[] }[]
let outcomes: Map<string, string>

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array): string => new TextDecoder().decode(data)

beforeEach(() => {
  clock = new ManualClock()
  waiters = new EntryWaiters()
  leader = null
  leading = false
  applied = 0
  sent = []
  proposed = []
  outcomes = new Map()
  submissions = new Submissions({
    clock,
    waiters,
    timeoutMicros: 1_000_000,
    answerMicros: 600_000,
    queueMax: 4,
    commandBytesMax: 8,
    forwardBytesMax: 6,
    leading: () => leading,
    followed: () => leader,
    appliedIndex: () => applied,
    send: (to, body) => {
      sent.push({ to, body })
    },
    propose: (id, { commands }) => {
      proposed.push({ id, commands: commands.map(text) })
    },
    schedule: () => undefined,
  })
})

function submit(...commands: readonly string[]): void {
  for (const command of commands) {
    submissions.submit(bytes(command), (outcome: SubmitOutcome) => {
      expect(outcomes.has(command)).toBe(false)
      outcomes.set(command, outcome.ok ? `ok ${outcome.zxid.epoch}.${outcome.zxid.index}` : outcome.error.code)
    })
  }
  submissions.flush()
  clock.turn()
}

function apply(epoch: number, index: number): void {
  applied = index
  waiters.applied({ epoch, index, type: 'command', timeMs: 0, payload: new Uint8Array() }, new Uint8Array())
}

const forwards = (): readonly (readonly [NodeId, number, readonly string[]])[] =>
  sent.flatMap(({ to, body }) => (body.type === 'forward' ? [[to, body.firstId, body.commands.map(text)] as const] : []))
const forwarded = (firstId: number, count: number, refused = ''): void => {
  submissions.onForwarded(3, { type: 'forwarded', firstId, count, zxid: { epoch: 2, index: 10 }, refused })
}

describe('while leading', () => {
  it('all commands of a turn, own and forwarded, are one proposal, and everybody learns their place', () => {
    leading = true
    submissions.onForward(2, 1, { type: 'forward', firstId: 7, commands: [bytes('x'), bytes('y')] })
    submit('a', 'b')
    expect(proposed).toEqual([{ id: 1, commands: ['a', 'b', 'x', 'y'] }])
    submissions.proposed(1, 4, 20)
    expect(sent).toEqual([{ to: 2, body: { type: 'forwarded', firstId: 7, count: 2, zxid: { epoch: 4, index: 22 }, refused: '' } }])
    apply(4, 20)
    expect(outcomes.get('a')).toBe('ok 4.20')
    expect(outcomes.has('b')).toBe(false)
    apply(5, 21)
    expect(outcomes.get('b')).toBe('SYNOD_PROPOSAL_DROPPED')
  })

  it('a full log refuses, to the own clients and to those of followers', () => {
    leading = true
    submissions.onForward(2, 1, { type: 'forward', firstId: 1, commands: [bytes('x')] })
    submit('a')
    submissions.refused(1, 'SYNOD_BUSY')
    expect(outcomes.get('a')).toBe('SYNOD_BUSY')
    expect(sent[0]?.body).toMatchObject({ type: 'forwarded', refused: 'SYNOD_BUSY', count: 1 })
  })

  it('what was orphaned by a loss of leadership becomes unknown after a grace', () => {
    leading = true
    submit('a')
    submissions.proposed(1, 4, 20)
    waiters.shorten(clock.now() + 100)
    waiters.expire(clock.now() + 99)
    expect(outcomes.size).toBe(0)
    waiters.expire(clock.now() + 100)
    expect(outcomes.get('a')).toBe('SYNOD_OUTCOME_UNKNOWN')
  })

  it('what a snapshot covers is unknown', () => {
    leading = true
    submit('a', 'b')
    submissions.proposed(1, 4, 20)
    waiters.covered(20)
    expect(Array.from(outcomes)).toEqual([['a', 'SYNOD_OUTCOME_UNKNOWN']])
  })
})

describe('while following', () => {
  beforeEach(() => {
    leader = 3
  })

  it('commands are forwarded in order, in pieces, and answered when applied here', () => {
    submit('abc', 'def', 'ghi')
    expect(forwards()).toEqual([
      [3, 1, ['abc', 'def']],
      [3, 3, ['ghi']],
    ])
    forwarded(1, 2)
    apply(2, 10)
    apply(2, 11)
    expect(Array.from(outcomes)).toEqual([
      ['abc', 'ok 2.10'],
      ['def', 'ok 2.11'],
    ])
  })

  it('a command that is sent on is unknown when the connection closes, when another leads, and when time is over', () => {
    submit('a')
    submissions.onClosed(3)
    submit('b')
    submissions.onLeaderChange(null)
    expect(outcomes.has('b')).toBe(false)
    submissions.onLeaderChange(2)
    submit('c')
    submissions.expire(clock.now() + 599_999)
    expect(outcomes.has('c')).toBe(false)
    submissions.expire(clock.now() + 600_000)
    expect(Array.from(outcomes)).toEqual([
      ['a', 'SYNOD_OUTCOME_UNKNOWN'],
      ['b', 'SYNOD_OUTCOME_UNKNOWN'],
      ['c', 'SYNOD_OUTCOME_UNKNOWN'],
    ])
  })

  it('a command refused by a server that does not lead goes first to the next leader', () => {
    submit('a')
    forwarded(1, 1, 'SYNOD_NOT_LEADER')
    submit('b')
    expect(forwards().length).toBe(1)
    leader = 2
    submissions.onLeaderChange(2)
    submissions.flush()
    expect(forwards().at(-1)).toEqual([2, 2, ['a', 'b']])
  })

  it('what a leader turned back in several answers, whatever their order, keeps its own', () => {
    submit('aaaa', 'bbbb')
    submit('cccc')
    expect(forwards().map(([, id, commands]) => [id, ...commands])).toEqual([
      [1, 'aaaa'],
      [2, 'bbbb'],
      [3, 'cccc'],
    ])
    forwarded(3, 1, 'SYNOD_NOT_LEADER')
    forwarded(1, 1, 'SYNOD_NOT_LEADER')
    submit('d')
    forwarded(2, 1, 'SYNOD_NOT_LEADER')
    leading = true
    submissions.flush()
    expect(proposed.flatMap(({ commands }) => commands)).toEqual(['aaaa', 'bbbb', 'cccc', 'd'])
  })

  it('the same server is asked again after a pause', () => {
    submit('a')
    forwarded(1, 1, 'SYNOD_NOT_LEADER')
    clock.advance(50_000)
    submissions.flush()
    expect(forwards().at(-1)).toEqual([3, 2, ['a']])
  })

  it('commands of peers are turned away', () => {
    submissions.onForward(2, 1, { type: 'forward', firstId: 5, commands: [bytes('x')] })
    submissions.flush()
    expect(sent).toEqual([
      { to: 2, body: { type: 'forwarded', firstId: 5, count: 1, zxid: { epoch: 0, index: 0 }, refused: 'SYNOD_NOT_LEADER' } },
    ])
  })

  it('an answer that comes after the entry was applied leaves the outcome unknown', () => {
    submit('a')
    applied = 10
    forwarded(1, 1)
    expect(outcomes.get('a')).toBe('SYNOD_OUTCOME_UNKNOWN')
  })

  it('an answer from another server than the one asked changes nothing', () => {
    submit('a')
    submissions.onForwarded(2, { type: 'forwarded', firstId: 1, count: 1, zxid: { epoch: 2, index: 10 }, refused: '' })
    expect(waiters.size).toBe(0)
  })
})

describe('without a leader', () => {
  it('commands wait, are refused beyond the bound, and fail in the end as surely not applied', () => {
    submit('a', 'b', 'c', 'd', 'e')
    expect(outcomes.get('e')).toBe('SYNOD_BUSY')
    submissions.expire(clock.now() + 1_000_000)
    expect(outcomes.get('a')).toBe('SYNOD_NO_QUORUM')
    expect(submissions.pending).toBe(0)
  })

  it('a command that is too large is refused', () => {
    submit('123456789')
    expect(outcomes.get('123456789')).toBe('SYNOD_TOO_LARGE')
  })

  it('housekeeping of a former leader is dropped, not forwarded', () => {
    let code = ''
    submissions.submitOwn(bytes('own'), (outcome) => {
      code = outcome.ok ? '' : outcome.error.code
    })
    leader = 3
    submissions.flush()
    expect(code).toBe('SYNOD_PROPOSAL_DROPPED')
    expect(sent).toEqual([])
  })
})
