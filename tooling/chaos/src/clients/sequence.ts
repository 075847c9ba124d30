import { utf8Encode } from '@synod/wire'
import { failureOf, noteRefusal, repeat } from './actor.ts'
import type { Actor } from './actor.ts'

/** The folder of the sequential nodes. */
export const sequenceFolder = '/chaos/sequence'

/**
 * Creates sequential nodes, each with data of its own, and records what came of it: none may be lost, none may be there twice. Ends with
 * the actor. `pauseMs`: between two of them, from 0 to that.
 */
export async function createSequence(actor: Actor, pauseMs: number): Promise<void> {
  const { name, lives, recording, stop } = actor
  let count = 0
  await repeat(actor, pauseMs, async () => {
    const { client } = await lives.current(stop)
    count += 1
    const data = `${name}+${count}`
    const call = recording.now()
    try {
      const { path, stat } = await client.create(`${sequenceFolder}/n-`, utf8Encode(data), { sequential: true })
      recording.creations.push({ client: name, call, return: recording.now(), data, outcome: 'kept', path, position: stat.czxid.index })
    } catch (error) {
      const open = failureOf(error) === 'unknown'
      recording.creations.push({
        client: name,
        call,
        return: open ? null : recording.now(),
        data,
        outcome: open ? 'open' : 'refused',
        path: null,
        position: null,
      })
      if (!open) noteRefusal(actor, { what: 'create in sequence', at: call }, error)
    }
  })
}
