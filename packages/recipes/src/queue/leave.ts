import type { CoordinationClient } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { abortable } from '../shared/abortable.ts'
import { isAfterBusy } from '../shared/after-busy.ts'
import { publish } from '../shared/diagnostics.ts'
import type { OwnContender } from './contender.ts'

const attemptsMax = 100

/**
 * Deletes the contender. Never rejects: it is over when the node is gone, or when the session is, because the node goes with it;
 * so it takes no longer than the session's timeout.
 *
 * The client sets the pace of the attempts, because each takes as long as it is willing to try; while it refuses at once, because too
 * many writes wait, a read does. When all are used up and the
 * session still lives, the node stays until the session ends, and `synod:contender:stuck` is published.
 */
export async function leaveQueue(client: CoordinationClient, contender: OwnContender): Promise<void> {
  const session = client.session
  let failure: unknown
  for (let attempt = 1; attempt <= attemptsMax && !session.signal.aborted;) {
    try {
      await abortable(client.delete(contender.path), session.signal)
      return
    } catch (error) {
      if (isOver(error)) return
      failure = error
      if (!(await abortable(isAfterBusy(client, error, contender.path), session.signal).catch(() => false))) attempt += 1
    }
  }
  if (!session.signal.aborted) publish('synod:contender:stuck', { path: contender.path, reason: failure })
}

/** The node is gone, or goes with the session; a client that was closed has closed its session. */
function isOver(error: unknown): boolean {
  return SynodError.is(error, 'SYNOD_NO_NODE') || SynodError.is(error, 'SYNOD_SESSION_EXPIRED') || SynodError.is(error, 'SYNOD_STOPPED')
}
