import { SynodError, type LogStorage } from '@synod/interface'
import type { StateMachine } from '@synod/interface/protocol'
import type { CoreEvent } from '@synod/election-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { Snapshots } from '../dist/snapshots.js'
import { WalWriter } from '../dist/wal-writer.js'
import { until } from './support/environment.ts'

const storage = {
  append: () => Promise.resolve(),
  putSnapshotChunk: () => Promise.resolve(),
  dropSnapshot: () => Promise.resolve(),
  dropBefore: () => Promise.resolve(),
} as unknown as LogStorage

const applied = { epoch: 1, index: 0 }
const stateMachine = {
  get appliedZxid() {
    return { ...applied }
  },
  sizeEstimate: 10,
  snapshot: () => [Uint8Array.of(1)],
} as unknown as StateMachine

let events: CoreEvent[]
let needed: number
let snapshots: Snapshots

beforeEach(() => {
  applied.index = 0
  events = []
  needed = Number.MAX_SAFE_INTEGER
  const onFailed = (error: unknown): void => {
    throw error instanceof Error ? error : new SynodError('SYNOD_INVARIANT', String(error))
  }
  const wal = new WalWriter({ storage, onDurable: () => undefined, onFailed }, { lastSequence: 0, chain: 0, batches: [] })
  snapshots = new Snapshots(
    {
      self: 1,
      storage,
      stateMachine,
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      limits: { snapshotLogBytesMin: 1, snapshotLogBytesMax: 64 * 1024, snapshotLogEntriesMax: 20, keepEntries: 5 },
      wal,
      basis: () => ({ config: { version: 1, voters: [] } as never, epochTable: [], timeMs: 0 }),
      neededFrom: () => needed,
      dispatch: (event) => {
        events.push(event)
      },
      onFailed,
    },
    null,
  )
})

function apply(count: number): void {
  for (let at = 0; at < count; at += 1) {
    applied.index += 1
    snapshots.takeIfDue()
  }
}

describe('a snapshot that is due', () => {
  it('is taken at once when nobody lags', async () => {
    apply(21)
    await until(() => events.length > 0)
    expect(events).toEqual([expect.objectContaining({ type: 'snapshotTaken', keepFrom: 17 })])
  })

  it('waits for a follower that needs what would be cut, and is taken when it has it', async () => {
    needed = 3
    apply(100)
    needed = 97
    apply(1)
    await until(() => events.length > 0)
    expect(events).toEqual([expect.objectContaining({ type: 'snapshotTaken', keepFrom: 97 })])
  })

  it('does not wait for what stays in the log anyway', async () => {
    needed = 17
    apply(21)
    await until(() => events.length > 0)
    expect(events).toHaveLength(1)
  })

  it('waits no longer when the log has become too large', async () => {
    needed = 3
    apply(600)
    await until(() => events.length > 0)
    expect(events[0]).toMatchObject({ type: 'snapshotTaken', snapshot: { zxid: { index: 512 } } })
  })
})
