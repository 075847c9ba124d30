import { recover } from '@synod/election-core'
import type { ClusterConfig, Entry, SnapshotMeta, WalRecord } from '@synod/interface/protocol'
import { describe, expect, it } from 'vitest'
import { configOf } from './harness/config-of.ts'

const config: ClusterConfig = configOf(3)

const meta: WalRecord = {
  kind: 'meta',
  clusterName: 'test',
  clusterId: '1'.repeat(32),
  generation: 0,
  member: { id: 1, instance: 1 },
  incarnation: 1,
  config,
}

function entries(epoch: number, [from, to]: readonly [number, number], prevEpoch: number = epoch): WalRecord {
  const list = Array.from({ length: to - from + 1 }, (_, at): Entry => ({
    epoch,
    index: from + at,
    type: 'command',
    timeMs: 0,
    payload: new Uint8Array(),
  }))
  return { kind: 'entries', prev: { epoch: prevEpoch, index: from - 1 }, entries: list }
}

function snapbase(epoch: number, index: number): WalRecord {
  const snapshot: SnapshotMeta = {
    id: `${epoch}-${index}`,
    zxid: { epoch, index },
    config,
    epochTable: [{ epoch, lastIndex: index }],
    timeMs: 0,
    size: 0,
    hash: '',
  }
  return { kind: 'snapbase', snapshot }
}

function recoverFrom(records: readonly WalRecord[]): ReturnType<typeof recover> {
  return recover(records, {
    self: 1,
    clusterName: 'test',
    config,
    formatId: '2'.repeat(32),
    newClusterId: '3'.repeat(32),
    codec: { encode: () => new Uint8Array(), decode: () => null },
  })
}

describe('recovery', () => {
  it('keeps a log that begins above a retained older snapshot', () => {
    const promise: WalRecord = { kind: 'promise', epoch: 8, candidate: 1, candidateIncarnation: 1 }
    const { core, damage } = recoverFrom([
      meta,
      entries(7, [101, 103]),
      promise,
      entries(8, [104, 107], 7),
      meta,
      snapbase(1, 3),
      meta,
      snapbase(8, 105),
      entries(8, [108, 108]),
    ])
    expect(damage).toBeNull()
    expect(core.view).toMatchObject({ firstIndex: 101, lastZxid: { epoch: 8, index: 108 } })
    expect(core.entries(101, 108).map((entry) => entry.index)).toEqual([101, 102, 103, 104, 105, 106, 107, 108])
  })

  it('keeps entries that were written beside an older snapshot, when those between are dropped', () => {
    const promise: WalRecord = { kind: 'promise', epoch: 7, candidate: 3, candidateIncarnation: 1 }
    const { core, damage } = recoverFrom([
      meta,
      promise,
      snapbase(7, 294),
      entries(7, [311, 315]),
      meta,
      promise,
      snapbase(7, 315),
      entries(7, [316, 317]),
    ])
    expect(damage).toBeNull()
    expect(core.view).toMatchObject({ firstIndex: 311, lastZxid: { epoch: 7, index: 317 } })
    expect(recoverFrom([meta, promise, snapbase(7, 294), entries(7, [311, 315])]).damage).toMatch(/begins after 310/)
  })

  it('replaces a log that an installed snapshot contradicts', () => {
    const { core, damage } = recoverFrom([meta, entries(1, [1, 5], 0), snapbase(2, 9), entries(2, [10, 11])])
    expect(damage).toBeNull()
    expect(core.view).toMatchObject({ firstIndex: 10, lastZxid: { epoch: 2, index: 11 } })
  })

  it('refuses entries that do not follow the log', () => {
    expect(recoverFrom([meta, entries(1, [1, 3], 0), entries(1, [5, 6])]).damage).toContain('ends at 3')
    expect(recoverFrom([meta, entries(1, [1, 3], 0), entries(2, [4, 4], 2)]).damage).toContain('follow 2.3')
  })

  it('refuses a log whose beginning no snapshot covers', () => {
    expect(recoverFrom([meta, entries(3, [50, 60])]).damage).toContain('begins after 49')
    expect(recoverFrom([meta, entries(3, [50, 60]), meta, snapbase(1, 3)]).damage).toContain('begins after 49')
  })
})
