import type { LogBatch, LogStorage } from '@synod/interface'
import type { WalRecord } from '@synod/interface/protocol'
import { decodeRecords } from '@synod/wire'
import { beforeEach, describe, expect, it } from 'vitest'
import { WalWriter } from '../dist/wal-writer.js'

interface Append {
  readonly batch: LogBatch
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

let appends: Append[]
let drops: number[]
let durable: number[]
let failures: unknown[]
let wal: WalWriter

const entries = (from: number, to: number): WalRecord => ({
  kind: 'entries',
  prev: { epoch: 1, index: from - 1 },
  entries: Array.from({ length: to - from + 1 }, (_, at) => ({
    epoch: 1,
    index: from + at,
    type: 'command',
    timeMs: 0,
    payload: new Uint8Array(10),
  })),
})
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

beforeEach(() => {
  appends = []
  drops = []
  durable = []
  failures = []
  const storage = {
    append: (batch: LogBatch) =>
      new Promise<void>((resolve, reject) => {
        appends.push({ batch, resolve, reject })
      }),
    dropBefore: async (sequence: number) => {
      drops.push(sequence)
    },
  } as unknown as LogStorage
  wal = new WalWriter(
    {
      storage,
      onDurable: (sequence) => {
        durable.push(sequence)
      },
      onFailed: (error) => {
        failures.push(error)
      },
    },
    { lastSequence: 0, chain: 0, batches: [] },
  )
})

describe('the writer of the log', () => {
  it('makes one batch of the records of several steps, and reports the last step', async () => {
    wal.add([entries(1, 2)], 1)
    wal.add([entries(3, 3)], 2)
    wal.flush()
    expect(appends.map(({ batch }) => [batch.sequence, batch.firstIndex, batch.lastIndex])).toEqual([[1, 1, 3]])
    appends[0]?.resolve()
    await settled()
    expect(durable).toEqual([2])
    expect(wal.idle).toBe(true)
  })

  it('has two appends under way, and makes one batch of what comes meanwhile', async () => {
    for (let step = 1; step <= 5; step += 1) {
      wal.add([entries(step, step)], step)
      wal.flush()
    }
    expect(appends.length).toBe(2)
    appends[0]?.resolve()
    await settled()
    expect(appends.map(({ batch }) => [batch.firstIndex, batch.lastIndex])).toEqual([
      [1, 1],
      [2, 2],
      [3, 5],
    ])
    appends[1]?.resolve()
    appends[2]?.resolve()
    await settled()
    expect(durable).toEqual([1, 2, 5])
  })

  it('chains every batch to the one before', () => {
    wal.add([entries(1, 1)], 1)
    wal.flush()
    wal.add([entries(2, 2)], 2)
    wal.flush()
    const [first, second] = appends.map(({ batch }) => batch.bytes)
    const head = decodeRecords(first ?? new Uint8Array(), 0)
    expect(head.ok && decodeRecords(second ?? new Uint8Array(), head.value.chain).ok).toBe(true)
    expect(decodeRecords(second ?? new Uint8Array(), 0).ok).toBe(false)
  })

  it('after an error reports it once, and neither writes nor reports anything more (R3)', async () => {
    for (let step = 1; step <= 3; step += 1) {
      wal.add([entries(step, step)], step)
      wal.flush()
    }
    appends[0]?.reject(new Error('disk full'))
    appends[1]?.reject(new Error('disk full'))
    await settled()
    wal.flush()
    expect([failures.length, durable.length, appends.length]).toEqual([1, 0, 2])
  })

  it('drops only whole batches below what is kept, and never the one with the base', async () => {
    for (let step = 1; step <= 4; step += 1) {
      wal.add([entries(step * 10, step * 10 + 9)], step)
      wal.flush()
      appends.at(-1)?.resolve()
      await settled()
    }
    await wal.drop(25, 4)
    expect(drops).toEqual([2])
    await wal.drop(1000, 4)
    expect(drops).toEqual([2, 4])
    await wal.drop(1000, 4)
    expect(drops).toEqual([2, 4])
  })
})
