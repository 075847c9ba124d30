import type { CoordinationClient, NodeData } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { abortable } from '../shared/abortable.ts'
import { retrying } from '../shared/retrying.ts'
import { readDocument } from './document.ts'

/**
 * The node as it is, then again after every change; null while there is none. Rejects with the reason of the signal.
 *
 * The watch is set before the first read, and events that a read has covered already are passed over: no change is missed, none
 * is told twice. A consumer so slow that the watch gives up loses nothing but the states in between.
 */
export async function* documentChanges(
  client: CoordinationClient,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<NodeData | null, void, undefined> {
  for (;;) {
    signal.throwIfAborted()
    try {
      yield* changesOfOneWatch(client, path, signal)
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_SLOW_CONSUMER')) throw error
    }
  }
}

async function* changesOfOneWatch(
  client: CoordinationClient,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<NodeData | null, void, undefined> {
  const watch = client.watch(path, { mode: 'data', signal })
  try {
    await abortable(watch.ready, signal)
    let node = await retrying(() => readDocument(client, path, undefined), signal)
    yield node
    for await (const event of watch) {
      if (event.type !== 'compacted' && node !== null && event.zxid.index <= node.zxid.index) continue
      node = await retrying(() => readDocument(client, path, undefined), signal)
      yield node
    }
    signal.throwIfAborted()
    throw new SynodError('SYNOD_STOPPED', `the watch of ${path} ended: the client was closed`)
  } finally {
    await watch.close()
  }
}
