import { beforeEach, describe, expect, it } from 'vitest'
import { Driver, nonceOf, refusal, result, text } from './driver.ts'

let driver: Driver
beforeEach(() => {
  driver = new Driver()
})

describe('a session', () => {
  it('has the index of its entry as id, and a timeout from a millisecond to a day, whatever the options of a server', () => {
    driver.create('/a')
    const open = (name: string, timeoutMs: number) => driver.send({}, { kind: 'openSession', nonce: nonceOf(name), timeoutMs })
    expect(open('a', 5_000)).toEqual({ kind: 'session', sessionId: 2, timeoutMs: 5_000 })
    expect(open('b', 0)).toEqual({ kind: 'session', sessionId: 3, timeoutMs: 1 })
    expect(open('c', 100_000_000)).toEqual({ kind: 'session', sessionId: 4, timeoutMs: 86_400_000 })
    expect(driver.tree.sessionCount).toBe(3)
  })

  it('is opened once per nonce', () => {
    const first = driver.send({}, { kind: 'openSession', nonce: nonceOf('a'), timeoutMs: 5_000 })
    expect(driver.send({}, { kind: 'openSession', nonce: nonceOf('a'), timeoutMs: 9_000 })).toEqual(first)
    expect([...driver.tree.sessions()]).toMatchObject([{ id: 1, timeoutMs: 5_000, touchCount: 2 }])
  })

  it('needs a nonce of 128 bits', () => {
    expect(refusal(driver.send({}, { kind: 'openSession', nonce: new Uint8Array(15), timeoutMs: 5_000 }))).toBe('SYNOD_BAD_FRAME -1')
    expect(driver.tree.sessionCount).toBe(0)
  })

  it('takes its ephemeral nodes with it when it is closed, and is unknown then', () => {
    const session = driver.open('a')
    const other = driver.open('b')
    driver.create('/a/keep', { parents: true }, session)
    driver.create('/a/z', { ephemeral: true }, session)
    driver.create('/a/n-', { ephemeral: true, sequential: true }, session)
    driver.create('/a/other', { ephemeral: true }, other)
    expect(driver.stat('/a/z')?.ephemeralOwner).toBe(session.id)
    expect(driver.inSession(session, { kind: 'closeSession' })).toEqual({ kind: 'closed' })
    expect(driver.names('/a')).toEqual(['keep', 'other'])
    expect(refusal(driver.run([{ op: 'create', path: '/late' }], session))).toBe('SYNOD_SESSION_EXPIRED -1')
    expect(driver.stat('/late')).toBeNull()
    expect(driver.open('a').id).toBe(driver.tree.appliedZxid.index)
  })

  it('can close itself only by name', () => {
    expect(refusal(driver.send({}, { kind: 'closeSession' }))).toBe('SYNOD_SESSION_EXPIRED -1')
  })

  it('owns what it made, not what it deleted', () => {
    const session = driver.open('a')
    driver.create('/a', { ephemeral: true }, session)
    driver.do({ op: 'delete', path: '/a' })
    driver.create('/a')
    driver.inSession(session, { kind: 'closeSession' })
    expect(driver.stat('/a')).not.toBeNull()
  })
})

describe('expiry', () => {
  it('ends a session that has not been touched since', () => {
    const session = driver.open('a')
    driver.create('/a', { ephemeral: true }, session)
    const [info] = [...driver.tree.sessions()]
    const command = driver.tree.expireSession(session.id, info?.touchCount ?? -1)
    expect(result(driver.append('command', command))).toEqual({ kind: 'closed' })
    expect(driver.stat('/a')).toBeNull()
    expect(refusal(result(driver.append('command', command)))).toBe('SYNOD_SESSION_EXPIRED -1')
  })

  it('spares a session of which a command came in between', () => {
    const session = driver.open('a')
    const command = driver.tree.expireSession(session.id, 1)
    driver.create('/a', { ephemeral: true }, session)
    expect(refusal(result(driver.append('command', command)))).toBe('SYNOD_BAD_VERSION -1')
    expect(driver.stat('/a')).not.toBeNull()
  })

  it('counts every command of a session as a touch, executed or not', () => {
    const session = driver.open('a')
    const touches = () => [...driver.tree.sessions()][0]?.touchCount
    driver.run([{ op: 'delete', path: '/none' }], session)
    expect(touches()).toBe(2)
    driver.send({ sessionId: session.id, sequence: 40, ackedBelow: 1 }, { kind: 'transaction', operations: [] })
    expect(touches()).toBe(3)
    driver.send({ sessionId: session.id, sequence: 0 }, { kind: 'transaction', operations: [] })
    expect(touches()).toBe(4)
  })

  it('is no command for a session to send', () => {
    const [session, victim] = [driver.open('a'), driver.open('b')]
    const command = { kind: 'expireSession' as const, sessionId: victim.id, touchCount: 1 }
    expect(refusal(driver.inSession(session, command))).toBe('SYNOD_NOT_SUPPORTED -1')
    expect(driver.tree.sessionCount).toBe(2)
  })
})

describe('ephemeral nodes', () => {
  it('need a session', () => {
    expect(refusal(driver.run([{ op: 'create', path: '/a', ephemeral: true }]))).toBe('SYNOD_SESSION_EXPIRED 0')
  })

  it('can have no children, neither directly nor by `parents`', () => {
    const session = driver.open('a')
    driver.create('/a', { ephemeral: true }, session)
    expect(refusal(driver.run([{ op: 'create', path: '/a/b' }], session))).toBe('SYNOD_NO_CHILDREN_FOR_EPHEMERALS 0')
    expect(refusal(driver.run([{ op: 'create', path: '/a/b/c', parents: true }], session))).toBe('SYNOD_NO_CHILDREN_FOR_EPHEMERALS 0')
  })

  it('make plain parents', () => {
    const session = driver.open('a')
    driver.create('/a/b', { ephemeral: true, parents: true }, session)
    driver.inSession(session, { kind: 'closeSession' })
    expect(driver.stat('/a')).toMatchObject({ numChildren: 0, cversion: 2 })
  })

  it('of a failed transaction leave nothing to their session', () => {
    const session = driver.open('a')
    driver.run(
      [
        { op: 'create', path: '/a', ephemeral: true },
        { op: 'check', path: '/none' },
      ],
      session,
    )
    driver.create('/a')
    driver.inSession(session, { kind: 'closeSession' })
    expect(driver.stat('/a')).not.toBeNull()
  })
})

describe('exactly once (protocol §2.14, amendment 25)', () => {
  const create = (path: string) => ({
    kind: 'transaction' as const,
    operations: [{ op: 'create' as const, path, data: text('x'), sequential: true }],
  })

  it('answers a repetition with the same bytes and does nothing (I21)', () => {
    const { id } = driver.open('a')
    const first = driver.send({ sessionId: id, sequence: 1, ackedBelow: 1 }, create('/n-'))
    expect(driver.send({ sessionId: id, sequence: 1, ackedBelow: 1 }, create('/n-'))).toEqual(first)
    expect(driver.send({ sessionId: id, sequence: 1, ackedBelow: 1 }, create('/other-'))).toEqual(first)
    expect(driver.names('/')).toEqual(['n-0000000000'])
  })

  it('repeats a rejection as well, even when it would succeed now', () => {
    const { id } = driver.open('a')
    const command = { kind: 'transaction' as const, operations: [{ op: 'set' as const, path: '/a', data: text('x') }] }
    expect(refusal(driver.send({ sessionId: id, sequence: 1, ackedBelow: 1 }, command))).toBe('SYNOD_NO_NODE 0')
    driver.create('/a')
    expect(refusal(driver.send({ sessionId: id, sequence: 1, ackedBelow: 1 }, command))).toBe('SYNOD_NO_NODE 0')
  })

  it('says `stale` below what the client has acknowledged', () => {
    const { id } = driver.open('a')
    for (const sequence of [1, 2, 3]) driver.send({ sessionId: id, sequence, ackedBelow: 1 }, create('/n-'))
    expect(driver.send({ sessionId: id, sequence: 4, ackedBelow: 3 }, create('/n-'))).toMatchObject({ kind: 'transaction' })
    expect(driver.send({ sessionId: id, sequence: 2, ackedBelow: 1 }, create('/n-'))).toEqual({ kind: 'stale' })
    expect(driver.send({ sessionId: id, sequence: 3, ackedBelow: 1 }, create('/n-'))).toMatchObject({ kind: 'transaction' })
    expect(driver.names('/')).toHaveLength(4)
  })

  it('says `gap` above what comes next, and `window` 64 above what is acknowledged', () => {
    const { id } = driver.open('a')
    const send = (sequence: number, ackedBelow: number) => driver.send({ sessionId: id, sequence, ackedBelow }, create('/n-'))
    expect(send(2, 1)).toEqual({ kind: 'gap', nextSequence: 1 })
    for (let sequence = 1; sequence <= 64; sequence += 1) expect(send(sequence, 1).kind).toBe('transaction')
    expect(send(65, 1)).toEqual({ kind: 'window', ackedBelow: 1 })
    expect(send(1, 1).kind).toBe('transaction')
    expect(send(65, 2).kind).toBe('transaction')
    expect(send(1, 1)).toEqual({ kind: 'stale' })
    expect(driver.names('/')).toHaveLength(65)
  })

  it('does not believe an acknowledgement of what was never executed', () => {
    const { id } = driver.open('a')
    expect(driver.send({ sessionId: id, sequence: 9, ackedBelow: 9 }, create('/n-'))).toEqual({ kind: 'gap', nextSequence: 1 })
    expect(driver.send({ sessionId: id, sequence: 1, ackedBelow: 1 }, create('/n-')).kind).toBe('transaction')
  })

  it('keeps the sessions apart', () => {
    const [a, b] = [driver.open('a'), driver.open('b')]
    driver.run([{ op: 'create', path: '/a' }], a)
    expect(driver.run([{ op: 'create', path: '/b' }], b).kind).toBe('transaction')
  })
})
