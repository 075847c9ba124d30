import type { CoordinationClient, Zxid } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { retrying } from './retrying.ts'

export interface NodeGoneOptions {
  /** A position at which the node was there. */
  readonly from: Zxid
  /** Ends the wait: it rejects with `signal.reason`. */
  readonly signal: AbortSignal
}

/**
 * Resolves once the node has been deleted after `from`. Rejects with the reason of the signal, or with what ended the watch.
 *
 * Where the history of events is gone (`compacted`), the node is read instead; the watch goes on from there.
 */
export async function nodeGone(client: CoordinationClient, path: string, options: NodeGoneOptions): Promise<void> {
  const { from, signal } = options
  signal.throwIfAborted()
  for await (const event of client.watch(path, { mode: 'data', from, signal })) {
    if (event.type === 'deleted') return
    if (event.type === 'compacted' && (await retrying(() => client.exists(path), signal)) === null) return
  }
  signal.throwIfAborted()
  throw new SynodError('SYNOD_STOPPED', `the watch of ${path} ended: the client was closed`)
}
