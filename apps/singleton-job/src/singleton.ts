import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { LeaderElection } from '@synod/recipes/leader-election'
import type { Leadership } from '@synod/recipes/leader-election'

export interface SingletonOptions {
  /** Path of the election: all processes that name it share one job. */
  readonly path: string
  readonly id: number
  /** Makes a client with a session of its own. */
  readonly connect: () => CoordinationClient
  /** Ends the job in hand, gives the leadership back, and returns. */
  readonly signal: AbortSignal
  readonly job: (leadership: Leadership) => Promise<void>
  readonly log: (line: string) => void
}

/**
 * Runs `job` whenever this process is the one, until `signal` aborts. An outage of the cluster is waited out. When the session is
 * over, because this process was cut off or paused for too long, it queues up again with a new one.
 */
export async function runSingleton(options: SingletonOptions): Promise<void> {
  const { id, connect, signal, log } = options
  while (!signal.aborted) {
    const client = connect()
    try {
      await runTerms(client, options)
    } catch (error) {
      if (signal.aborted) return
      if (!isPassing(error)) throw error
      log(`${id} queues up again: ${error.message}`)
    } finally {
      await client.close()
    }
  }
}

async function runTerms(client: CoordinationClient, options: SingletonOptions): Promise<void> {
  const { path, id, signal, job } = options
  const election = new LeaderElection(client, path, { id: `process ${id}`, data: { pid: process.pid } })
  for await (const leadership of election.terms({ signal })) await job(leadership)
}

function isPassing(error: unknown): error is SynodError {
  if (!SynodError.is(error)) return false
  return error.retryable || error.code === 'SYNOD_SESSION_EXPIRED' || error.code === 'SYNOD_LOCK_LOST'
}
