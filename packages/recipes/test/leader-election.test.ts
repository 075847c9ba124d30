import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { LeaderElection } from '@synod/recipes/leader-election'
import type { Leader } from '@synod/recipes/leader-election'
import { FakeClient } from './fake-client.ts'
import { FakeService } from './fake-service.ts'
import { idle, settled, until } from './waiting.ts'

const path = '/election/mailer'

function candidate(service: FakeService, id: string): { readonly client: FakeClient; readonly election: LeaderElection } {
  const client = new FakeClient(service)
  return { client, election: new LeaderElection(client, path, { id, data: { host: id } }) }
}

describe('a campaign', () => {
  it('makes one leader; the next one follows when it resigns, with a greater token', async () => {
    const service = new FakeService()
    const a = await candidate(service, 'a').election.campaign()
    const b = candidate(service, 'b').election.campaign()
    expect(a).toMatchObject({ id: 'a', data: { host: 'a' }, held: true })
    expect(await settled(b)).toBe(false)
    await a.resign()
    expect(SynodError.is(a.signal.reason, 'SYNOD_STOPPED')).toBe(true)
    expect((await b).fencingToken).toBeGreaterThan(a.fencingToken)
  })

  it('ends a leadership before the next one begins when the session is lost', async () => {
    const service = new FakeService()
    const first = candidate(service, 'a')
    const a = await first.election.campaign()
    const b = candidate(service, 'b').election.campaign()
    first.client.loseSession()
    expect(SynodError.is(a.signal.reason, 'SYNOD_LOCK_LOST')).toBe(true)
    expect(await settled(b)).toBe(false)
    service.expire(first.client.session.id)
    expect((await b).held).toBe(true)
  })

  it('is withdrawn by its signal', async () => {
    const service = new FakeService()
    const a = await candidate(service, 'a').election.campaign()
    const abort = new AbortController()
    const b = candidate(service, 'b').election.campaign({ signal: abort.signal })
    await idle()
    abort.abort('enough')
    await expect(b).rejects.toBe('enough')
    await a.resign()
    await idle()
    expect(await candidate(service, 'c').election.leader()).toBeNull()
  })
})

describe('terms', () => {
  it('hand out leadership after leadership; the end of the body resigns', async () => {
    const service = new FakeService()
    const tokens: bigint[] = []
    const run = async (id: string): Promise<void> => {
      let terms = 0
      for await (const leadership of candidate(service, id).election.terms()) {
        expect(leadership.held).toBe(true)
        tokens.push(leadership.fencingToken)
        terms += 1
        if (terms === 3) break
      }
    }
    await Promise.all([run('a'), run('b')])
    expect(tokens).toHaveLength(6)
    expect(tokens).toEqual([...tokens].sort((a, b) => (a < b ? -1 : 1)))
    expect(await candidate(service, 'c').election.leader()).toBeNull()
  })

  it('campaign again after a loss', async () => {
    const service = new FakeService()
    const seen: bigint[] = []
    for await (const leadership of candidate(service, 'a').election.terms()) {
      seen.push(leadership.fencingToken)
      if (seen.length === 2) break
      await new FakeClient(service).delete(leadership.path)
      await until(() => leadership.signal.aborted)
      expect(SynodError.is(leadership.signal.reason, 'SYNOD_LOCK_LOST')).toBe(true)
    }
    expect(seen).toHaveLength(2)
  })

  it('keep the place until the body has ended when they are aborted, then reject with the reason', async () => {
    const service = new FakeService()
    const abort = new AbortController()
    const next: Promise<unknown>[] = []
    const loop = async (): Promise<void> => {
      for await (const leadership of candidate(service, 'a').election.terms({ signal: abort.signal })) {
        const successor = candidate(service, 'b').election.campaign()
        next.push(successor)
        abort.abort('shutdown')
        expect(leadership.held).toBe(false)
        expect(leadership.signal.reason).toBe('shutdown')
        expect(await settled(successor)).toBe(false)
      }
    }
    await expect(loop()).rejects.toBe('shutdown')
    expect(await Promise.all(next)).toMatchObject([{ held: true, id: 'b' }])
  })

  it('end with SYNOD_SESSION_EXPIRED when the session is over', async () => {
    const service = new FakeService()
    const { client, election } = candidate(service, 'a')
    const loop = async (): Promise<void> => {
      for await (const leadership of election.terms()) {
        await client.close()
        expect(leadership.held).toBe(false)
      }
    }
    await expect(loop()).rejects.toMatchObject({ code: 'SYNOD_SESSION_EXPIRED' })
  })
})

describe('observe', () => {
  it('tells the leader, its successor, and null in between, at one watch for any number of candidates', async () => {
    const service = new FakeService()
    const seen: (Leader | null)[] = []
    const observer = candidate(service, 'observer').election
    const abort = new AbortController()
    const observing = (async () => {
      for await (const leader of observer.observe({ signal: abort.signal })) seen.push(leader)
    })()
    await until(() => seen.length === 1)
    const a = await candidate(service, 'a').election.campaign()
    await until(() => seen.length === 2)
    const waiting = Array.from({ length: 20 }, (_, index) => candidate(service, `w${index}`).election.campaign())
    await idle()
    await a.resign()
    await until(() => seen.length === 3)
    const successor = await waiting[0]
    expect(seen).toMatchObject([
      null,
      { id: 'a', data: { host: 'a' }, fencingToken: a.fencingToken },
      { id: 'w0', fencingToken: successor?.fencingToken },
    ])
    expect(await observer.leader()).toMatchObject({ id: 'w0' })
    abort.abort('seen enough')
    await expect(observing).rejects.toBe('seen enough')
  })

  it('shows a candidate whose record cannot be read with an empty name', async () => {
    const service = new FakeService()
    const { client, election } = candidate(service, 'a')
    const name = `exclusive-${'0'.repeat(32)}-`
    await client.create(`${path}/${name}`, new Uint8Array([0xff]), { parents: true, sequential: true })
    expect(await election.leader()).toMatchObject({ id: '', data: null })
  })
})

describe('bad input', () => {
  it('is refused', () => {
    const client = new FakeClient(new FakeService())
    expect(() => new LeaderElection(client, 'mailer')).toThrowError(expect.objectContaining({ code: 'SYNOD_INVALID_PATH' }))
    expect(() => new LeaderElection(client, path, { data: 1n as unknown as number })).toThrowError(TypeError)
  })
})
