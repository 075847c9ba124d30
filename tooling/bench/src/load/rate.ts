import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../statistics.ts'
import type { BenchClient } from './clients/client.ts'
import type { RateJob, RateReading } from './jobs.ts'

const valueBytes = 100

/** Keeps all clients busy, and counts what is completed within the measured time. */
export async function measureRate(clients: readonly BenchClient[], job: RateJob): Promise<RateReading> {
  const loops = clients.flatMap((client, number) =>
    Array.from({ length: job.outstanding }, (_, slot) => ({ client, key: `bench-${number}-${slot}` })),
  )
  const value = new Uint8Array(valueBytes).fill(120)
  await Promise.all(loops.map(({ client, key }) => client.put(key, value)))
  const latencies: number[] = []
  const from = performance.now() + job.warmUpMs
  const to = from + job.measureMs
  const running = loops.map(async ({ client, key }) => {
    const run = operation(client, key, job.operation)
    for (;;) {
      const started = performance.now()
      if (started >= to) return
      await run(value)
      const ended = performance.now()
      if (ended >= from && ended < to) latencies.push(ended - started)
    }
  })
  await Promise.race([Promise.all(running), sleep(to - performance.now() + 30_000, undefined, { ref: false }).then(() => failLate())])
  const sorted = Float64Array.from(latencies).toSorted()
  return { rate: (sorted.length * 1000) / job.measureMs, p50Ms: percentile(sorted, 50), p99Ms: percentile(sorted, 99) }
}

function operation(client: BenchClient, key: string, kind: RateJob['operation']): (value: Uint8Array) => Promise<void> {
  if (kind === 'write') return (value) => client.write(key, value)
  if (kind === 'read') return () => client.read(key)
  return () => client.lockAndUnlock(key)
}

function failLate(): never {
  throw new Error('requests were still unanswered 30 s after the end of the measured time')
}
