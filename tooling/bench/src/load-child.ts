// The process that makes the load, so that neither the servers nor the benchmark's own bookkeeping share its event loop. One job, then it ends.
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchClient, Connect } from './load/clients/client.ts'
import { GapWatch } from './load/gap.ts'
import type {
  FirstWriteJob,
  FirstWriteReading,
  FromLoad,
  GapReading,
  LoadJob,
  RateJob,
  RateReading,
  ToLoad,
  WriterJob,
} from './load/jobs.ts'
import { measureRate } from './load/rate.ts'
import type { System } from './systems.ts'
import { sharedNow } from './waiting.ts'

const connectors: Readonly<Record<System, () => Promise<Connect>>> = {
  synod: async () => (await import('./load/clients/synod.ts')).connectSynod,
  zookeeper: async () => (await import('./load/clients/zookeeper.ts')).connectZookeeper,
  etcd: async () => (await import('./load/clients/etcd.ts')).connectEtcd,
  pipeline: async () => (await import('./load/clients/pipeline.ts')).connectPipeline,
}

const gap = new GapWatch()

process.on('message', (message: ToLoad) => {
  if ('faultAt' in message) gap.fault(message.faultAt)
  else void perform(message.job)
})
process.on('disconnect', () => process.exit())

async function perform(job: LoadJob): Promise<void> {
  try {
    tell({ reading: await read(job, await connectors[job.system]()) })
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) })
  }
}

function read(job: LoadJob, connect: Connect): Promise<RateReading | FirstWriteReading | GapReading> {
  if (job.kind === 'rate') return rate(job, connect)
  return job.kind === 'writer' ? longestGap(job, connect) : firstWrite(job, connect)
}

async function rate(job: RateJob, connect: Connect): Promise<RateReading> {
  const { endpoints } = job
  const clients = await Promise.all(Array.from({ length: job.clients }, () => connect({ endpoints, impatient: false })))
  tell({ ready: true })
  const reading = await measureRate(clients, job)
  await closeAll(clients)
  return reading
}

async function firstWrite({ endpoints }: FirstWriteJob, connect: Connect): Promise<FirstWriteReading> {
  tell({ ready: true })
  const client = await connect({ endpoints, impatient: true })
  await persist(() => client.put('first', new Uint8Array(100)))
  const at = sharedNow()
  await closeAll([client])
  return { at }
}

async function longestGap({ endpoints }: WriterJob, connect: Connect): Promise<GapReading> {
  const client = await connect({ endpoints, impatient: true })
  const value = new Uint8Array(100)
  await client.put('writer', value)
  let failed = 0
  for (let count = 1; ; count++) {
    failed += await persist(() => client.write('writer', value))
    gap.acknowledged(sharedNow())
    if (count === 200) tell({ ready: true })
    const { gapMs } = gap
    if (gapMs === null) continue
    await closeAll([client])
    return { gapMs, failed }
  }
}

/** Tries until it works; tells how often it did not. */
async function persist(attempt: () => Promise<void>): Promise<number> {
  for (let failed = 0; ; failed++) {
    try {
      await attempt()
      return failed
    } catch {
      await sleep(5)
    }
  }
}

/** The reading is taken; a close that never ends must not spoil it. */
async function closeAll(clients: readonly BenchClient[]): Promise<void> {
  await Promise.race([Promise.allSettled(clients.map((client) => client.close())), sleep(2_000)])
}

function tell(message: FromLoad): void {
  process.send?.(message)
}
