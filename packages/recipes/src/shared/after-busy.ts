import type { CoordinationClient } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'

/**
 * Whether a write was refused at once only because too many wait, and the servers have answered a read since. Then it is to be tried
 * again and does not count: a loop that just repeats it would use up all its attempts before a single one of those that wait can leave.
 */
export async function isAfterBusy(client: CoordinationClient, error: unknown, path: string): Promise<boolean> {
  if (!SynodError.is(error, 'SYNOD_BUSY')) return false
  try {
    await client.exists(path)
    return true
  } catch {
    return false
  }
}
