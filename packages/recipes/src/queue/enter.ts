import type { CoordinationClient, Created } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { abortable } from '../shared/abortable.ts'
import { isAfterBusy } from '../shared/after-busy.ts'
import { publish } from '../shared/diagnostics.ts'
import type { RandomBytes } from '../shared/identity.ts'
import { uniqueId } from '../shared/identity.ts'
import { listAll } from '../shared/list-all.ts'
import type { ContenderKind, OwnContender } from './contender.ts'
import { contenderPrefix, parseContender } from './contender.ts'
import { leaveQueue } from './leave.ts'

const attemptsMax = 3
/** The client sets the pace, because each attempt takes as long as it is willing to try; the bound is for one that refuses at once. */
const withdrawAttemptsMax = 100

export interface EnterOptions {
  readonly kind: ContenderKind
  readonly data: Uint8Array
  readonly random: RandomBytes
  readonly signal: AbortSignal | undefined
}

interface Search {
  readonly path: string
  /** Begins the name, and nobody else's: there is a random id in it. */
  readonly prefix: string
  readonly attempts: number
}

/**
 * Puts an own ephemeral contender at the end of the queue below `path`; creates `path` when it is missing.
 *
 * To leave no ghost that would hold up everybody behind it:
 * - the caller's signal ends only the caller's wait, never the create: a contender that arrives afterwards is deleted;
 * - a create with an unknown outcome is looked for by the random id in its name, and adopted;
 * - when that cannot be found out while the caller waits, the search goes on behind it, and what it finds is deleted.
 */
export async function enterQueue(client: CoordinationClient, path: string, options: EnterOptions): Promise<OwnContender> {
  const { signal } = options
  signal?.throwIfAborted()
  const entering = createContender(client, path, options)
  try {
    return await abortable(entering, signal)
  } catch (error) {
    entering.then(
      (contender) => leaveQueue(client, contender),
      () => undefined,
    )
    throw error
  }
}

async function createContender(client: CoordinationClient, path: string, options: EnterOptions): Promise<OwnContender> {
  const prefix = contenderPrefix(options.kind, uniqueId(options.random))
  for (let attempt = 1; ; attempt += 1) {
    try {
      return ownContender(await createNode(client, `${path}/${prefix}`, options.data))
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_OUTCOME_UNKNOWN')) throw error
      const found = await adopt(client, path, prefix)
      if (found !== null) return found
      if (attempt === attemptsMax) throw error
    }
  }
}

/** The contender whose create was not answered; null when there surely is none. While nobody can tell, rejects, and withdraws it later. */
async function adopt(client: CoordinationClient, path: string, prefix: string): Promise<OwnContender | null> {
  try {
    return await findOwn(client, { path, prefix, attempts: attemptsMax })
  } catch (error) {
    void withdraw(client, path, prefix)
    throw error
  }
}

/** Deletes the contender that nobody waits for any more, if it came about. Over when that is done, or with the session. */
async function withdraw(client: CoordinationClient, path: string, prefix: string): Promise<void> {
  try {
    const found = await findOwn(client, { path, prefix, attempts: withdrawAttemptsMax })
    if (found !== null) await leaveQueue(client, found)
  } catch (reason) {
    if (!client.session.signal.aborted) publish('synod:contender:stuck', { path: `${path}/${prefix}`, reason })
  }
}

async function createNode(client: CoordinationClient, path: string, data: Uint8Array): Promise<Created> {
  try {
    return await client.create(path, data, { ephemeral: true, sequential: true })
  } catch (error) {
    if (!SynodError.is(error, 'SYNOD_NO_NODE')) throw error
    return client.create(path, data, { ephemeral: true, sequential: true, parents: true })
  }
}

/**
 * The contender whose create was not answered, if it came about. The writes of a session take effect in order: once the
 * check has been answered, whatever it says, the create has happened or never will.
 */
async function findOwn(client: CoordinationClient, search: Search): Promise<OwnContender | null> {
  const { path, prefix, attempts } = search
  for (let attempt = 1; ;) {
    try {
      await client.multi([{ op: 'check', path }])
      const name = (await listAll(client, path, 'linearizable')).names.find((candidate) => candidate.startsWith(prefix))
      if (name === undefined) return null
      const stat = await client.exists(`${path}/${name}`)
      return stat === null ? null : ownContender({ path: `${path}/${name}`, stat })
    } catch (error) {
      if (SynodError.is(error, 'SYNOD_NO_NODE')) return null
      if (client.session.signal.aborted) throw error
      if (await isAfterBusy(client, error, path)) continue
      if (attempt >= attempts) throw error
      attempt += 1
    }
  }
}

function ownContender(created: Created): OwnContender {
  const contender = parseContender(created.path.slice(created.path.lastIndexOf('/') + 1))
  if (contender === null)
    throw new SynodError('SYNOD_INVARIANT', `the service named a sequential node ${created.path}: no counter of ten digits`)
  return { ...contender, path: created.path, czxid: created.stat.czxid }
}
