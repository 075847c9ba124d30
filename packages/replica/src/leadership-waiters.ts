import { SynodError, type LeadershipStrength } from '@synod/interface'

interface Waiter {
  readonly strength: LeadershipStrength
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

const ranks: Readonly<Record<LeadershipStrength, number>> = { none: 0, elected: 1, established: 2, exclusive: 3 }

/** True when `actual` is at least as strong as `wanted`. */
export function isAtLeast(actual: LeadershipStrength, wanted: LeadershipStrength): boolean {
  return ranks[actual] >= ranks[wanted]
}

/** Who waits for this replica to lead, and how firmly (protocol §2.9). */
export class LeadershipWaiters {
  readonly #waiters: Set<Waiter> = new Set()

  wait(actual: LeadershipStrength, strength: LeadershipStrength, signal: AbortSignal | undefined): Promise<void> {
    if (strength === 'exclusive') {
      const message = "'exclusive' leadership needs leases, which this version does not have: use 'established' with a fencing token"
      return Promise.reject(new SynodError('SYNOD_NOT_SUPPORTED', message))
    }
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (isAtLeast(actual, strength)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#waiters.delete(waiter)
        signal?.removeEventListener('abort', onAbort)
        settle()
      }
      const onAbort = (): void => {
        end(() => {
          reject(signal?.reason)
        })
      }
      const waiter: Waiter = {
        strength,
        resolve: () => {
          end(resolve)
        },
        reject: (reason) => {
          end(() => {
            reject(reason)
          })
        },
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', onAbort)
    })
  }

  reached(actual: LeadershipStrength): void {
    for (const waiter of Array.from(this.#waiters)) if (isAtLeast(actual, waiter.strength)) waiter.resolve()
  }

  stop(error: SynodError): void {
    for (const waiter of Array.from(this.#waiters)) waiter.reject(error)
  }
}
