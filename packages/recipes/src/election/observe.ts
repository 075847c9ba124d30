import type { Consistency, CoordinationClient, Zxid } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { sortedContenders } from '../queue/contender.ts'
import { abortable } from '../shared/abortable.ts'
import type { JsonValue } from '../shared/json.ts'
import { decodeJson, encodeJson } from '../shared/json.ts'
import { linkedAbort } from '../shared/linked-abort.ts'
import { listAll } from '../shared/list-all.ts'
import { nodeGone } from '../shared/node-gone.ts'
import { retrying } from '../shared/retrying.ts'

/** The leader of an election as others see it. */
export interface Leader {
  /** The name that the candidate gave itself. */
  readonly id: string
  /** What the candidate tells of itself. */
  readonly data: JsonValue
  readonly fencingToken: bigint
  /** The candidate's node. */
  readonly path: string
}

export interface LookOptions {
  readonly consistency: Consistency
  readonly signal: AbortSignal | undefined
}

/** What a candidate's node holds: `{"id": …, "data": …}`. */
export function candidateData(id: string, data: JsonValue): Uint8Array {
  return encodeJson({ id, data })
}

function parseCandidate(bytes: Uint8Array): { readonly id: string; readonly data: JsonValue } {
  try {
    const record = decodeJson(bytes) as { readonly id?: unknown; readonly data?: JsonValue } | null
    return { id: typeof record?.id === 'string' ? record.id : '', data: record?.data ?? null }
  } catch {
    return { id: '', data: null }
  }
}

/** The first of the queue, with the position of the list that showed it. */
export async function currentLeader(
  client: CoordinationClient,
  path: string,
  options: LookOptions,
): Promise<{ readonly leader: Leader | null; readonly zxid: Zxid | null }> {
  const { consistency, signal } = options
  for (;;) {
    try {
      const { names, zxid } = await retrying(() => listAll(client, path, consistency), signal)
      const [first] = sortedContenders(names)
      if (first === undefined) return { leader: null, zxid }
      const node = await retrying(() => client.get(`${path}/${first.name}`, { consistency }), signal)
      const leader = { ...parseCandidate(node.data), fencingToken: BigInt(node.stat.czxid.index), path: `${path}/${first.name}` }
      return { leader, zxid }
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_NO_NODE')) throw error
      if ((await retrying(() => client.exists(path, { consistency }), signal)) === null) return { leader: null, zxid: null }
    }
  }
}

/** Yields the leader, then every other one that follows it. Rejects with `signal.reason`. */
export async function* leaders(
  client: CoordinationClient,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Leader | null, void, undefined> {
  let shown: string | null | undefined
  for (;;) {
    const { leader, zxid } = await currentLeader(client, path, { consistency: 'session', signal })
    if (shown !== (leader?.path ?? null)) {
      shown = leader?.path ?? null
      yield leader
    }
    if (leader !== null && zxid !== null) await leaderGone(client, leader.path, { from: zxid, signal })
    else await candidateCame(client, path, signal)
  }
}

async function leaderGone(
  client: CoordinationClient,
  path: string,
  options: { readonly from: Zxid; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const link = linkedAbort(options.signal)
  try {
    await abortable(nodeGone(client, path, { from: options.from, signal: link.signal }), options.signal)
  } finally {
    link[Symbol.dispose]()
  }
}

/** Resolves when there is, or may be, a candidate. The watch is set before the look, so that nobody slips in between. */
async function candidateCame(client: CoordinationClient, path: string, signal: AbortSignal | undefined): Promise<void> {
  const watch = client.watch(path, { mode: 'recursive' })
  try {
    await abortable(watch.ready, signal)
    const { leader } = await currentLeader(client, path, { consistency: 'linearizable', signal })
    if (leader !== null) return
    const next = await abortable(watch[Symbol.asyncIterator]().next(), signal)
    if (next.done === true) throw new SynodError('SYNOD_STOPPED', `the watch of ${path} ended: the client was closed`)
  } finally {
    await watch.close()
  }
}
