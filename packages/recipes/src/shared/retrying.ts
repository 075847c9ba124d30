import { SynodError } from '@synod/interface'
import { abortable } from './abortable.ts'

const attemptsMax = 100

/**
 * A read inside a long wait: an outage that outlasts the client's own patience (`retryable`) must not end the wait. The client
 * sets the pace, because each attempt takes as long as it is willing to try; the bound is for a client that refuses at once.
 */
export async function retrying<T>(read: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted()
    try {
      return await abortable(read(), signal)
    } catch (error) {
      if (signal?.aborted === true || attempt === attemptsMax || !SynodError.is(error) || !error.retryable) throw error
    }
  }
}
