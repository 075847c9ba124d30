import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { LeaderElection } from '@synod/recipes/leader-election'
import type { Leadership } from '@synod/recipes/leader-election'

export interface SingletonOptions {
  /** Path of the election: all processes that name it share one job. */
  readonly path: string
  readonly id: number
  /** Ends the job in hand, gives the leadership back, and returns. */
  readonly signal: AbortSignal
  readonly job: (leadership: Leadership) => Promise<void>
}

/**
 * Runs `job` whenever this process is the one, until `signal` aborts. An outage of the cluster is waited out; the end of the
 * session (this process was cut off or paused for too long) rejects with `SYNOD_SESSION_EXPIRED`: begin anew with a new client.
 */
export async function runSingleton(client: CoordinationClient, options: SingletonOptions): Promise<void> {
  const { path, id, signal, job } = options
  const election = new LeaderElection(client, path, { id: `process ${id}`, data: { pid: process.pid } })
  while (!signal.aborted) {
    try {
      for await (const leadership of election.terms({ signal })) await job(leadership)
    } catch (error) {
      if (signal.aborted) return
      if (!SynodError.is(error) || !error.retryable) throw error
    }
  }
}
