import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { median } from './statistics.ts'

/** What the figures were taken on. */
export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /** What it costs to append 120 bytes to a file and sync it, median of 200: the floor under every durable write. */
  readonly syncMs: number
  /** Average of processes that wanted to run in the minute before the benchmark began. */
  readonly loadBefore: number
}

/** Describes the machine; measures the disk with a file in `folder`. */
export function describeMachine(folder: string): Machine {
  const processors = cpus()
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    syncMs: syncCostMs(join(folder, 'sync-cost')),
    loadBefore: loadavg()[0] ?? 0,
  }
}

function syncCostMs(file: string): number {
  const bytes = new Uint8Array(120)
  const descriptor = openSync(file, 'w')
  try {
    const readings = Array.from({ length: 200 }, () => {
      const started = performance.now()
      writeSync(descriptor, bytes)
      fsyncSync(descriptor)
      return performance.now() - started
    })
    return median(readings)
  } finally {
    closeSync(descriptor)
  }
}
