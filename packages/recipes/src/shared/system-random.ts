import { randomBytes } from 'node:crypto'
import type { RandomBytes } from './identity.ts'

/** The generator of the platform, for everybody who does not pass one. The one place where recipes reach for it. */
export const systemRandom: RandomBytes = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
}
