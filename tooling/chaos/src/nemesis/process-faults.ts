import { existsSync, renameSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosCluster } from '../cluster.ts'
import type { Recording } from '../recording.ts'
import type { ProcessFaultKind } from './plan.ts'

const refusalPatienceMs = 15_000

/** One fault upon processes under way. */
export interface ProcessFault {
  readonly kind: ProcessFaultKind
  readonly targets: readonly number[]
  readonly durationMs: number
}

/** Strikes, waits as long as the fault lasts, and puts everything back. */
export async function strikeProcesses(cluster: ChaosCluster, recording: Recording, fault: ProcessFault): Promise<void> {
  const { kind, targets, durationMs } = fault
  switch (kind) {
    case 'kill':
    case 'restart':
      await Promise.all(targets.map((id) => cluster.end(id, kind === 'kill' ? 'SIGKILL' : 'SIGTERM')))
      await sleep(durationMs)
      for (const id of targets) cluster.start(id)
      return
    case 'stop':
      for (const id of targets) {
        cluster.inner.server(id).signal('SIGSTOP')
        cluster.note(id, 'stopped')
      }
      await sleep(durationMs)
      for (const id of targets) {
        cluster.inner.server(id).signal('SIGCONT')
        cluster.note(id, 'running')
      }
      return
    case 'wipe':
      for (const id of targets) await wipe(cluster, recording, id)
  }
}

/** Takes a server's store away, sees that it refuses to come up with nothing, and gives the store back. */
async function wipe(cluster: ChaosCluster, recording: Recording, id: number): Promise<void> {
  const server = cluster.inner.server(id)
  const { dataDir } = server.config
  const kept = `${dataDir}.kept`
  await cluster.end(id, 'SIGTERM')
  renameSync(dataDir, kept)
  cluster.start(id)
  cluster.expectEnd(id)
  cluster.note(id, 'wiped')
  const ended = await Promise.race([server.exited.then(() => true), sleep(refusalPatienceMs, false)])
  if (!ended) recording.surprise(`server ${id} without its store did not refuse to go on within ${refusalPatienceMs} ms`)
  else if (!server.output.includes('SYNOD_STORAGE_MISSING')) {
    recording.surprise(`server ${id} without its store ended without saying SYNOD_STORAGE_MISSING:\n${server.output.slice(-2000)}`)
  }
  await cluster.end(id, 'SIGKILL')
  if (existsSync(dataDir)) rmSync(dataDir, { recursive: true })
  renameSync(kept, dataDir)
  cluster.start(id)
}
