import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is not `null`; an error counts as `null`. Rejects after `timeoutMs` with what was waited for, and the error if that was the last answer. */
export async function until<T>(what: string, timeoutMs: number, ask: () => Promise<T | null>): Promise<T> {
  const end = performance.now() + timeoutMs
  let last = ''
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== null) return answer
      last = ''
    } catch (error) {
      last = `: ${error instanceof Error ? error.message : String(error)}`
    }
    if (performance.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}, in vain${last}`)
    await sleep(25)
  }
}

/** Milliseconds of the clock that all processes of this machine share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
