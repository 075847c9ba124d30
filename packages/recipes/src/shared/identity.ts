import type { Random } from '@synod/interface'

/** What recipes need of randomness: names that nobody else chooses. */
export type RandomBytes = Pick<Random, 'bytes'>

/** The generator of the platform, for everybody who does not pass one. */
export const systemRandom: RandomBytes = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
}

/** 128 random bits as 32 lower-case hex digits. */
export function uniqueId(random: RandomBytes): string {
  let id = ''
  for (const byte of random.bytes(16)) id += byte.toString(16).padStart(2, '0')
  return id
}
