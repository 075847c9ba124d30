import { channel } from 'node:diagnostics_channel'
import { SynodError } from '@synod/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { Cluster, put, read, submit } from './support/cluster.ts'
import { until } from './support/environment.ts'
import { kvSet } from './support/kv-machine.ts'

let cluster: Cluster

afterEach(async () => {
  await cluster.stop()
})

const codeOf = (outcome: { readonly ok: boolean; readonly error?: SynodError }): string | undefined => outcome.error?.code

describe('a callback that throws', () => {
  it('is logged and harms nobody else', async () => {
    const errors: unknown[] = []
    const ignore = (): void => undefined
    const logger = { debug: ignore, info: ignore, warn: ignore, error: (fields: unknown) => errors.push(fields) }
    cluster = new Cluster(1, { logger })
    await cluster.start()
    const leader = await cluster.leader()
    const thrower = (): never => {
      throw new Error('of the application')
    }
    leader.replica.submit(kvSet('k', '1'), thrower)
    leader.replica.read({ consistency: 'linearizable', minIndex: 0 }, thrower)
    leader.replica.touch(1, thrower)
    await put(leader, 'k', '2')
    expect((await read(leader)).ok).toBe(true)
    await until(() => errors.length === 3)
    expect(errors.map((fields) => String((fields as { error: unknown }).error))).toEqual(
      ['of the application', 'of the application', 'of the application'].map((message) => `Error: ${message}`),
    )
    expect(leader.replica.halted).toBe(null)
  })
})

describe('a disk that fails', () => {
  it('halts only its own replica, which hands the leadership over', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    await put(leader, 'k', '1')
    const halts: unknown[] = []
    const published: unknown[] = []
    const listen = (message: unknown): void => {
      published.push(message)
    }
    channel('synod:replica:halt').subscribe(listen)
    leader.replica.on('halt', (payload) => {
      halts.push(payload.error.code)
    })
    leader.storage.fail(new Error('no space left on device'))
    const outcome = await submit(leader, kvSet('k', '2'))
    expect(outcome.ok).toBe(false)
    await until(() => leader.replica.halted !== null)
    channel('synod:replica:halt').unsubscribe(listen)
    expect(halts).toEqual(['SYNOD_STORAGE_FAILED'])
    expect(published.length).toBe(1)
    expect(leader.replica.status().halted?.code).toBe('SYNOD_STORAGE_FAILED')
    expect(leader.replica.lastEvents().length).toBeGreaterThan(0)
    const rest = [1, 2, 3].filter((id) => id !== leader.id)
    const next = await cluster.leader(rest)
    await put(next, 'k', '3')
    expect(codeOf(await submit(leader, kvSet('k', '4')))).toBe('SYNOD_STORAGE_FAILED')
    expect(codeOf(await read(leader, 'stale'))).toBe('SYNOD_STORAGE_FAILED')
  })

  it('answers what a callback asks for while everybody is told', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    await put(leader, 'k', '1')
    leader.storage.fail(new Error('no space left on device'))
    const outcomes = await new Promise<readonly (string | undefined)[]>((resolve) => {
      leader.replica.submit(kvSet('k', '2'), (first) => {
        leader.replica.submit(kvSet('k', '3'), (second) => {
          leader.replica.read({ consistency: 'linearizable', minIndex: 0 }, (third) => {
            leader.replica.touch(1, (fourth) => {
              resolve([codeOf(first), codeOf(second), codeOf(third), fourth])
            })
          })
        })
      })
    })
    expect(outcomes).toEqual(['SYNOD_OUTCOME_UNKNOWN', 'SYNOD_STORAGE_FAILED', 'SYNOD_STORAGE_FAILED', 'unavailable'])
  })

  it('stalls nobody while it is slow: heartbeats are answered during a sync', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const follower = await cluster.follower()
    const epoch = leader.replica.status().epoch
    follower.storage.hold()
    for (let at = 0; at < 5; at += 1) await put(leader, 'k', String(at))
    expect((await read(leader)).ok).toBe(true)
    follower.storage.release()
    await cluster.converged()
    expect(leader.replica.status().epoch).toBe(epoch)
  })
})

describe('a server without a majority', () => {
  it('answers stale reads, and says that there is no quorum for everything else', async () => {
    cluster = new Cluster(3, { submitTimeoutMs: 200, readTimeoutMs: 200 })
    await cluster.start()
    const leader = await cluster.leader()
    await put(leader, 'k', 'v')
    await cluster.converged()
    const left = await cluster.follower()
    for (const id of [1, 2, 3]) if (id !== left.id) await cluster.crash(id)
    await until(() => left.replica.status().leader === null)
    expect((await read(left, 'stale')).ok).toBe(true)
    expect(left.machine.get('k')).toBe('v')
    expect(codeOf(await read(left))).toBe('SYNOD_NO_QUORUM')
    expect(codeOf(await submit(left, kvSet('k', 'w')))).toBe('SYNOD_NO_QUORUM')
    expect(left.replica.status().role).toBe('looking')
  })

  it('holds commands back, and sends them on when a leader appears', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const left = await cluster.follower()
    const others = [1, 2, 3].filter((id) => id !== left.id)
    for (const id of others) await cluster.crash(id)
    await until(() => left.replica.status().leader === null)
    const early = submit(left, kvSet('k', 'early'))
    expect(leader.replica.status().stopped).toBe(true)
    for (const id of others) await cluster.restart(id)
    expect((await early).ok).toBe(true)
  })

  it('refuses what its queue cannot hold', async () => {
    cluster = new Cluster(3, { submitQueueMax: 2, submitTimeoutMs: 200 })
    await cluster.server(1).replica.start()
    const outcomes = await Promise.all(['a', 'b', 'c'].map((value) => submit(cluster.server(1), kvSet('k', value))))
    expect(outcomes.map(codeOf)).toEqual(['SYNOD_NO_QUORUM', 'SYNOD_NO_QUORUM', 'SYNOD_BUSY'])
  })
})

describe('commands whose leader is lost', () => {
  it('are unknown, or surely dropped, and never lost when acknowledged', async () => {
    cluster = new Cluster(3, { submitTimeoutMs: 3000 })
    await cluster.start()
    const leader = await cluster.leader()
    for (const id of [1, 2, 3]) if (id !== leader.id) cluster.network.cut(leader.id, id)
    const isolated = submit(leader, kvSet('k', 'isolated'))
    const rest = [1, 2, 3].filter((id) => id !== leader.id)
    const next = await cluster.leader(rest)
    await put(next, 'k', 'majority')
    cluster.network.heal()
    const outcome = await isolated
    expect(['SYNOD_PROPOSAL_DROPPED', 'SYNOD_OUTCOME_UNKNOWN']).toContain(codeOf(outcome))
    await cluster.leader()
    await cluster.converged()
    for (const server of cluster.servers.values()) expect(server.machine.get('k')).toBe('majority')
  })

  it('are unknown at a follower once its connection to the leader closes', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const follower = await cluster.follower()
    leader.storage.hold()
    for (const id of [1, 2, 3]) if (id !== leader.id) cluster.network.cut(leader.id, id)
    const sent = submit(follower, kvSet('k', 'v'))
    await new Promise((resolve) => {
      setImmediate(() => {
        setImmediate(resolve)
      })
    })
    cluster.network.close(leader.id, follower.id)
    await until(() => follower.replica.status().leader !== leader.id)
    const outcome = await sent
    expect(codeOf(outcome)).toBe('SYNOD_OUTCOME_UNKNOWN')
    expect(outcome.ok ? false : outcome.error.retryable).toBe(true)
    leader.storage.release()
  })
})

describe('a wiped server', () => {
  it('stays out, and says that its store is missing', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    await put(leader, 'k', 'v')
    await cluster.converged()
    const victim = await cluster.follower()
    await cluster.crash(victim.id)
    cluster.wipe(victim.id)
    await cluster.restart(victim.id)
    await until(() => cluster.server(victim.id).replica.halted !== null)
    expect(cluster.server(victim.id).replica.halted?.code).toBe('SYNOD_STORAGE_MISSING')
    await put(leader, 'k', 'w')
  })
})
