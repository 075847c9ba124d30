import type { Clock } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import type { RandomStream } from '../engine/random.ts'
import type { History } from './history.ts'

/** What a workload works with, in one life of one client process. */
export interface WorkloadContext {
  /** The production client; a new one after its session has ended, and in every life of the process. */
  readonly client: CoordinationClient
  /** Name of the client process, `c1` …; and of this life of it, unique in the run. */
  readonly name: string
  readonly life: string
  readonly clock: Clock
  readonly random: RandomStream
  readonly history: History
  /** Text that no other call in this run gives: for values that say whose write they are. */
  unique(): string
  /** True when the workload should come to its end: what is under way is finished, nothing new begun. */
  isOver(): boolean
  /** Waits that many virtual milliseconds of this process's clock; for ever when the process ends. */
  sleep(millis: number): Promise<void>
  /** Ends the run as failed. Never returns. */
  fail(message: string): never
  /** Counts something that the summary of a run should show. */
  count(name: string): void
}

/** What a client process does, and what must be true of it. Make your own, and pass them as `workloads`. */
export interface Workload {
  /** As failures name it. */
  readonly name: string
  /**
   * Does things until `isOver()`. May reject with any `SynodError` when the session is over: it is called again then with another
   * client. Whatever else it rejects with fails the run.
   */
  run(context: WorkloadContext): Promise<void>
  /** Called once, when all is quiet: looks at the history and the final state through a fresh client. Rejects when something is wrong. */
  check?(context: WorkloadContext): Promise<void>
}
