import type { DistributedLock } from '@synod/recipes/lock'

/** Lets everything run that can run without the clock. */
export function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Waits for the thing; the test's own time-out ends a wait in vain. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await idle()
}

/** Whether a promise has settled once everything that can run has run. */
export async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  const finish = (): void => {
    done = true
  }
  promise.then(finish, finish)
  await idle()
  return done
}

export async function pendingCount(lock: DistributedLock): Promise<number> {
  return (await lock.query()).pending.length
}
