import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { DistributedLock, type LockMode } from '@synod/recipes/lock'
import { LeaderElection } from '@synod/recipes/leader-election'
import type { Invariant, Workload, WorkloadContext } from '@synod/sim'

const locks = ['/locks/a', '/locks/b'] as const
const election = '/election'

/** What both recipes give. */
interface Held {
  readonly signal: AbortSignal
  readonly fencingToken: bigint
}

interface Holder {
  readonly path: string
  readonly mode: LockMode
  readonly client: CoordinationClient
  readonly signal: AbortSignal
  readonly who: string
}

/** The greatest tokens given so far. */
interface Tokens {
  exclusive: bigint
  any: bigint
}

type Took = (context: WorkloadContext, what: { readonly path: string; readonly mode: LockMode }, handle: Held) => void

/** Locks and elections through the recipes' own code, and what must be true of them. One per run: it remembers who holds what. */
export function locking(): { readonly workload: Workload; readonly invariant: Invariant } {
  const holders: Holder[] = []
  const tokens = new Map<string, Tokens>()
  const took: Took = (context, { path, mode }, handle) => {
    const before = tokens.get(path) ?? { exclusive: 0n, any: 0n }
    tokens.set(path, before)
    // The token is the place in the queue: who comes after a later one was overtaken.
    const least = mode === 'exclusive' ? before.any : before.exclusive
    if (handle.fencingToken <= least) context.fail(`${path} was given (${mode}) with token ${handle.fencingToken} after token ${least}`)
    if (handle.fencingToken > before.any) before.any = handle.fencingToken
    if (mode === 'exclusive') before.exclusive = handle.fencingToken
    holders.push({ path, mode, client: context.client, signal: handle.signal, who: context.name })
    context.count('locks taken')
  }
  const workload: Workload = {
    name: 'locks',
    run: async (context) => {
      while (!context.isOver()) {
        // Several of one process exclude each other as those of others do, and make a queue of more than two.
        const path = context.random.pick(locks)
        const tries = context.random.chance(0.8)
          ? Array.from({ length: context.random.chance(0.2) ? 3 : 1 }, () => lockOnce(context, path, took))
          : [leadOnce(context, took)]
        for (const outcome of await Promise.allSettled(tries)) {
          if (outcome.status === 'fulfilled') continue
          const error: unknown = outcome.reason
          if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
          context.count(`lock sees ${error.code}`)
          await checkLoss(context, error)
        }
        await context.sleep(context.random.below(100))
      }
      await checkGhosts(context)
    },
  }
  return { workload, invariant: exclusion(holders) }
}

function exclusion(holders: Holder[]): Invariant {
  return {
    name: 'I19',
    title: 'At most one exclusive handle of a lock is held at any moment, alone; fencing tokens rise in the order of the queue.',
    source: 'api.md "Handles"; known-bugs S62, S63; Curator double leaders',
    create: (checks) => ({
      onStep: () => {
        for (let at = holders.length - 1; at >= 0; at -= 1) {
          const holder = holders[at]
          if (holder === undefined || !isHeld(holder)) holders.splice(at, 1)
        }
        const held = new Map<string, Holder>()
        for (const holder of holders) {
          const other = held.get(holder.path)
          if (other !== undefined && (other.mode === 'exclusive' || holder.mode === 'exclusive'))
            checks.fail(`${holder.who} (${holder.mode}) and ${other.who} (${other.mode}) hold ${holder.path} at the same time`)
          held.set(holder.path, holder)
        }
      },
    }),
  }
}

/** Looked at from outside: asking the handle itself would wake the process that has it. */
function isHeld({ client, signal }: Holder): boolean {
  return !signal.aborted && client.session.held
}

async function lockOnce(context: WorkloadContext, path: string, took: Took): Promise<void> {
  const { client, random } = context
  const mode = random.chance(0.25) ? 'shared' : 'exclusive'
  const lock = new DistributedLock(client, path, { random })
  await impatiently(context, async (signal) => {
    const handle = await lock.acquire({ mode, signal, ...(random.chance(0.2) ? { ifAvailable: true } : {}) })
    if (handle === null) return
    took(context, { path, mode }, handle)
    await context.sleep(random.below(random.pick([20, 200, 200, 1_500])))
    await checkLoss(context, handle.signal.reason)
    await handle.release()
  })
}

async function leadOnce(context: WorkloadContext, took: Took): Promise<void> {
  const { client, random } = context
  await impatiently(context, async (signal) => {
    const leadership = await new LeaderElection(client, election, { random }).campaign({ signal })
    took(context, { path: election, mode: 'exclusive' }, leadership)
    await context.sleep(random.below(300))
    await leadership.resign()
  })
}

/** Nobody but its owner takes a place in a queue away while the owner's session lives: who is told so has lost its session. */
async function checkLoss({ client, fail }: WorkloadContext, reason: unknown): Promise<void> {
  if (!SynodError.is(reason, 'SYNOD_LOCK_LOST') || !reason.message.includes('deleted by somebody else')) return
  try {
    await client.set(locks[0], new Uint8Array())
  } catch (error) {
    if (SynodError.is(error)) return
    throw error
  }
  fail(`${reason.message}: nobody did, and session ${client.session.id} lives`)
}

/** Gives up after a while: sometimes very soon, so that a place in the queue is given up while it is being taken. */
async function impatiently(context: WorkloadContext, body: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const impatient = new AbortController()
  const patience = context.random.chance(0.15) ? context.random.below(20_000) : 5_000_000
  const cancel = context.clock.setTimer(context.clock.now() + patience, () => {
    impatient.abort(new SynodError('SYNOD_BUSY', 'waited long enough'))
  })
  try {
    await body(impatient.signal)
  } finally {
    cancel()
  }
}

/** Who wants nothing any more leaves nothing behind that others would wait for, though its session lives. */
async function checkGhosts(context: WorkloadContext): Promise<void> {
  const { session } = context.client
  const until = context.clock.now() + 8_000_000
  for (const path of [...locks, election]) {
    for (let ghosts = await ownNodes(context, path); ghosts.length > 0 && session.held; ghosts = await ownNodes(context, path)) {
      if (context.clock.now() > until) context.fail(`${ghosts[0]} of session ${session.id} is still there, and nobody waits for it`)
      await context.sleep(100)
    }
  }
}

async function ownNodes({ client }: WorkloadContext, path: string): Promise<readonly string[]> {
  try {
    const { names } = await client.list(path)
    const owned: string[] = []
    for (const name of names) {
      const stat = await client.exists(`${path}/${name}`)
      if (stat?.ephemeralOwner === client.session.id) owned.push(`${path}/${name}`)
    }
    return owned
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_NO_NODE')) return []
    throw error
  }
}
