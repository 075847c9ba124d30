import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { DistributedLock, type LockHandle } from '@synod/recipes/lock'
import { LeaderElection } from '@synod/recipes/leader-election'
import type { Invariant, Workload, WorkloadContext } from '@synod/sim'

const names = ['/locks/a', '/locks/b'] as const

interface Holder {
  readonly path: string
  readonly client: CoordinationClient
  readonly signal: AbortSignal
  readonly who: string
}

/** Locks and elections through the recipes' own code, and what must be true of them. One per run: it remembers who holds what. */
export function locking(): { readonly workload: Workload; readonly invariant: Invariant } {
  const holders: Holder[] = []
  const tokens = new Map<string, bigint>()
  const took = (context: WorkloadContext, path: string, handle: Pick<LockHandle, 'signal' | 'fencingToken'>): void => {
    const before = tokens.get(path) ?? 0n
    if (handle.fencingToken <= before) context.fail(`${path} was given with token ${handle.fencingToken} after token ${before}`)
    tokens.set(path, handle.fencingToken)
    holders.push({ path, client: context.client, signal: handle.signal, who: context.name })
    context.count('locks taken')
  }
  const workload: Workload = {
    name: 'locks',
    run: async (context) => {
      while (!context.isOver()) {
        try {
          if (context.random.chance(0.8)) await lockOnce(context, took)
          else await leadOnce(context, took)
        } catch (error) {
          if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
          context.count(`lock sees ${error.code}`)
        }
        await context.sleep(context.random.below(100))
      }
    },
  }
  const invariant: Invariant = {
    name: 'I19',
    title: 'At most one handle of a lock is held at any moment, and fencing tokens rise.',
    source: 'api.md "Handles"; known-bugs S62, S63; Curator double leaders',
    create: (checks) => ({
      onStep: () => {
        for (let at = holders.length - 1; at >= 0; at -= 1) {
          const holder = holders[at]
          if (holder === undefined || !isHeld(holder)) holders.splice(at, 1)
        }
        const held = new Map<string, string>()
        for (const { path, who } of holders) {
          const other = held.get(path)
          if (other !== undefined) checks.fail(`${who} and ${other} hold ${path} at the same time`)
          held.set(path, who)
        }
      },
    }),
  }
  return { workload, invariant }
}

/** Looked at from outside: asking the handle itself would wake the process that has it. */
function isHeld({ client, signal }: Holder): boolean {
  return !signal.aborted && client.session.held
}

type Took = (context: WorkloadContext, path: string, handle: Pick<LockHandle, 'signal' | 'fencingToken'>) => void

async function lockOnce(context: WorkloadContext, took: Took): Promise<void> {
  const { client, random } = context
  const path = random.pick(names)
  const lock = new DistributedLock(client, path, { random })
  const impatient = new AbortController()
  const cancel = context.clock.setTimer(context.clock.now() + 5_000_000, () => {
    impatient.abort(new SynodError('SYNOD_BUSY', 'waited long enough'))
  })
  try {
    const handle = random.chance(0.2)
      ? await lock.acquire({ ifAvailable: true, signal: impatient.signal })
      : await lock.acquire({ signal: impatient.signal })
    if (handle === null) return
    took(context, path, handle)
    await context.sleep(random.below(200))
    await handle.release()
  } finally {
    cancel()
  }
}

async function leadOnce(context: WorkloadContext, took: Took): Promise<void> {
  const { client, random } = context
  const path = '/election'
  const impatient = new AbortController()
  const cancel = context.clock.setTimer(context.clock.now() + 5_000_000, () => {
    impatient.abort(new SynodError('SYNOD_BUSY', 'waited long enough'))
  })
  try {
    const leadership = await new LeaderElection(client, path, { random }).campaign({ signal: impatient.signal })
    took(context, path, leadership)
    await context.sleep(random.below(300))
    await leadership.resign()
  } finally {
    cancel()
  }
}
