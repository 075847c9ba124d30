import type { CoordinationClient, Zxid } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { abortable } from '../shared/abortable.ts'
import { linkedAbort } from '../shared/linked-abort.ts'
import { listAll } from '../shared/list-all.ts'
import { nodeGone } from '../shared/node-gone.ts'
import { retrying } from '../shared/retrying.ts'
import type { OwnContender } from './contender.ts'
import { blockerOf, sortedContenders } from './contender.ts'

/** Names that a glance takes in. */
const glanceMax = 10_000

export interface TurnOptions {
  readonly path: string
  readonly signal: AbortSignal | undefined
}

/**
 * Looks at the queue in the same breath as the contender enters it: the read travels behind the create, and a server answers it behind
 * that. `null` when it could not be read, or not in one piece; then `awaitTurn` looks itself. (Of several pieces the first may be older than
 * the contender, and miss one before it that the later ones do not show.)
 */
export async function glance(client: CoordinationClient, path: string): Promise<readonly string[] | null> {
  try {
    const { names, more } = await client.list(path, { limit: glanceMax, consistency: 'session' })
    return more ? null : names
  } catch {
    return null
  }
}

/** Whether a glance shows that nobody stands before `own`: what a state that contains `own` shows to be free stays free. */
export function isFirst(names: readonly string[] | null, own: OwnContender): boolean {
  return names !== null && names.includes(own.name) && blockerOf(sortedContenders(names), own) === null
}

/**
 * Resolves when nobody stands before `own` any more. One list and two watches per round; a round ends when the one contender
 * that matters is gone, so a release wakes one waiter (or one run of shared ones).
 *
 * Reads are of `session` consistency: every state that contains `own` contains all that came before it, and those can only
 * vanish. What such a state shows to be free stays free; what it shows as taken is corrected by the watch.
 *
 * Rejects with the reason of the caller's signal or of the session's, and with `SYNOD_LOCK_LOST` when somebody deletes `own`.
 */
export async function awaitTurn(client: CoordinationClient, own: OwnContender, options: TurnOptions): Promise<void> {
  const end = linkedAbort(options.signal, client.session.signal)
  try {
    for (;;) {
      end.signal.throwIfAborted()
      const { names, zxid } = await retrying(() => listAll(client, options.path, 'session'), end.signal)
      if (!names.includes(own.name)) throw deletedError(own)
      const blocker = blockerOf(sortedContenders(names), own)
      if (blocker === null) return
      await blockerGone(client, own, { path: `${options.path}/${blocker.name}`, from: zxid, end: end.signal })
    }
  } finally {
    end[Symbol.dispose]()
  }
}

interface BlockerOptions {
  readonly path: string
  readonly from: Zxid
  readonly end: AbortSignal
}

async function blockerGone(client: CoordinationClient, own: OwnContender, blocker: BlockerOptions): Promise<void> {
  const round = linkedAbort(blocker.end)
  const { signal } = round
  try {
    const gone = nodeGone(client, blocker.path, { from: blocker.from, signal })
    const deleted = nodeGone(client, own.path, { from: own.czxid, signal }).then(() => {
      throw deletedError(own)
    })
    await abortable(Promise.race([gone, deleted]), blocker.end)
  } finally {
    round.abort()
    round[Symbol.dispose]()
  }
}

/** Somebody else removed the node that stood for this contender. */
export function deletedError(own: OwnContender): SynodError {
  return new SynodError('SYNOD_LOCK_LOST', `${own.path} was deleted by somebody else; acquire again`)
}
