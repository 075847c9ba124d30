import type { Zxid } from '@synod/interface/coordination'
import type { Watched } from '../recording.ts'
import { failureOf } from './actor.ts'
import type { Actor } from './actor.ts'

/** What is watched, from where on, and the path whose creation ends it. */
export interface WatchPlan {
  readonly folder: string
  readonly from: Zxid
  readonly until: string
}

/**
 * Watches a folder and all below, over servers, connections and sessions, until `until` is created or `signal` aborts.
 * A new session goes on after the last event of the one before.
 */
export async function watchAll({ name, lives, recording }: Actor, { folder, from, until }: WatchPlan, signal: AbortSignal): Promise<void> {
  const events: Watched[] = []
  recording.watches.set(name, events)
  let last = from
  while (!signal.aborted) {
    try {
      const { client } = await lives.current(signal)
      for await (const { type, path, zxid } of client.watch(folder, { mode: 'recursive', from: last, signal, bufferMax: 100_000 })) {
        if (type === 'compacted') recording.compactions.push({ client: name, index: zxid.index })
        else events.push({ at: recording.now(), type, path, epoch: zxid.epoch, index: zxid.index })
        last = zxid
        if (path === until && type === 'created') return
      }
    } catch (error) {
      if (signal.aborted) return
      if (failureOf(error) !== 'refused') {
        recording.surprise(`${name}: its watch failed with ${error instanceof Error ? error.stack : String(error)}`)
        return
      }
    }
  }
}
