import { setTimeout as sleep } from 'node:timers/promises'
import { SynodError } from '@synod/interface'
import type { SeededRandom } from '../random.ts'
import type { Moment, Recording } from '../recording.ts'
import type { Lives } from './lives.ts'

/** What every activity of a client is given. */
export interface Actor {
  readonly name: string
  readonly lives: Lives
  readonly random: SeededRandom
  readonly recording: Recording
  /** No new calls after this. */
  readonly stop: AbortSignal
}

/** How a call that failed is to be taken. */
export type Failure = 'answer' | 'unknown' | 'refused' | 'surprise'

/** `SYNOD_STOPPED`: another activity of the same client has noticed first that the session is over, and closed it. */
const refusals = new Set<string>([
  'SYNOD_NO_QUORUM',
  'SYNOD_UNREACHABLE',
  'SYNOD_BUSY',
  'SYNOD_PROPOSAL_DROPPED',
  'SYNOD_NOT_LEADER',
  'SYNOD_SESSION_EXPIRED',
  'SYNOD_STOPPED',
])
const answers = new Set<string>(['SYNOD_NO_NODE', 'SYNOD_NODE_EXISTS', 'SYNOD_BAD_VERSION'])

/** `answer`: the tree said no. `unknown`: perhaps applied. `refused`: surely not. `surprise`: no error that a fault may cause. */
export function failureOf(error: unknown): Failure {
  if (!SynodError.is(error)) return 'surprise'
  if (error.code === 'SYNOD_OUTCOME_UNKNOWN') return 'unknown'
  if (answers.has(error.code)) return 'answer'
  return refusals.has(error.code) ? 'refused' : 'surprise'
}

/** Notes a call that was refused, or a surprise. */
export function noteRefusal({ name, recording }: Actor, call: { readonly what: string; readonly at: Moment }, error: unknown): void {
  if (failureOf(error) === 'surprise')
    recording.surprise(`${name}: ${call.what} failed with ${error instanceof Error ? error.stack : String(error)}`)
  const code = SynodError.is(error) ? error.code : 'unknown error'
  recording.refusals.push({ client: name, what: call.what, call: call.at, return: recording.now(), code })
}

/** Repeats `step` until the actor stops; `pauseMs` between, from 0 to that. */
export async function repeat(actor: Actor, pauseMs: number, step: () => Promise<void>): Promise<void> {
  while (!actor.stop.aborted) {
    try {
      await step()
      await sleep(actor.random.between(0, pauseMs), undefined, { signal: actor.stop })
    } catch (error) {
      if (actor.stop.aborted) return
      actor.recording.surprise(`${actor.name}: ${error instanceof Error ? error.stack : String(error)}`)
      await sleep(100)
    }
  }
}
