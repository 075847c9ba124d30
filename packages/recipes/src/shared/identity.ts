import type { Random } from '@synod/interface'

/** What recipes need of randomness: names that nobody else chooses. */
export type RandomBytes = Pick<Random, 'bytes'>

/** 128 random bits as 32 lower-case hex digits. */
export function uniqueId(random: RandomBytes): string {
  let id = ''
  for (const byte of random.bytes(16)) id += byte.toString(16).padStart(2, '0')
  return id
}
