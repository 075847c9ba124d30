import { SynodError } from '@synod/interface'
import { createMemoryNetwork, createMemoryStorage } from '@synod/memory'
import { createReplica, type ReplicaOptions } from '@synod/replica'
import { describe, expect, it } from 'vitest'
import { realClock, realRandom } from './support/environment.ts'
import { KvMachine } from './support/kv-machine.ts'

const good = (): ReplicaOptions => ({
  id: 1,
  voters: [1, 2, 3],
  transport: createMemoryNetwork({ clock: realClock }).transport(1),
  storage: createMemoryStorage(),
  stateMachine: new KvMachine(),
  clock: realClock,
  random: realRandom,
})

function issuesOf(change: object): readonly string[] {
  try {
    createReplica({ ...good(), ...change })
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_INVALID_CONFIG')) return error.issues.map((issue) => `${issue.path}: ${issue.message}`)
    throw error
  }
  return []
}

describe('options', () => {
  it('need nothing but the ports and who is who', () => {
    expect(issuesOf({})).toEqual([])
    expect(createReplica(good()).status().clusterName).toBe('default')
  })

  it.each([
    [{ id: 0 }, /^id: id \(0\)/],
    [{ id: 4 }, /^voters: the own id \(4\) is not among the voters \(1, 2, 3\)/],
    [{ voters: [] }, /^voters: voters must list/],
    [{ voters: [1, 1] }, /^voters\.1: 1 is there twice/],
    [{ voters: [1, 70_000] }, /^voters\.1: 70000 must be an integer/],
    [{ voters: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, /^voters: 10 voters, at most 9/],
    [{ cluster: 'a b' }, /^cluster: /],
    [{ heartbeatIntervalMs: 100 }, /suspicionTimeoutMinMs \(150\) must exceed 2 × heartbeatIntervalMs \(100\)/],
    [{ suspicionTimeoutMaxMs: 100 }, /suspicionTimeoutMaxMs \(100\) must not be below suspicionTimeoutMinMs \(150\)/],
    [{ submitQueueMax: 1.5 }, /^submitQueueMax: submitQueueMax \(1\.5\) must be an integer from 1 to 1000000/],
    [{ maxUncommittedBytes: 65_536 }, /maxUncommittedBytes \(65536\) must be at least 2 × commandBytesMax/],
    [{ snapshotLogBytesMax: 100 }, /snapshotLogBytesMax \(100\) must not be below snapshotLogBytesMin/],
    [{ clock: undefined }, /^clock: clock is missing/],
    [{ hearbeat: 3 }, /^hearbeat: unknown option hearbeat/],
  ])('%j is refused', (change, message) => {
    expect(issuesOf(change)).toEqual([expect.stringMatching(message)])
  })

  it('tell all issues at once', () => {
    expect(issuesOf({ id: 'x', storage: null, pingMs: 1 }).map((issue) => issue.split(':')[0])).toEqual(['pingMs', 'id', 'storage'])
  })

  it('must be an object', () => {
    expect(() => createReplica(null as unknown as ReplicaOptions)).toThrow(TypeError)
  })

  it('refuse a state machine that has a past', async () => {
    const stateMachine = new KvMachine()
    stateMachine.appliedZxid = { epoch: 1, index: 7 }
    await expect(createReplica({ ...good(), stateMachine }).start()).rejects.toSatisfy((error) =>
      SynodError.is(error, 'SYNOD_INVALID_CONFIG'),
    )
  })
})
