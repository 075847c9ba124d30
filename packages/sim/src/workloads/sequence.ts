import { SynodError } from '@synod/interface'
import type { History } from '../clients/history.ts'
import type { Workload, WorkloadContext } from '../clients/workload.ts'

const parent = '/sequence'
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Per run of the simulation: what each session has asked for, in order. */
const askedBy: WeakMap<History, string[][]> = new WeakMap()

/**
 * Sequential nodes, many at a time: each call makes at most one node, acknowledged ones are there, numbers are unique and rise with the
 * log, and what a session asked for came about in the order in which it was asked for.
 */
export const sequence: Workload = {
  name: 'sequence',
  run: async (context) => {
    const { client, history, random } = context
    const asked: string[] = []
    const all = askedBy.get(history) ?? []
    askedBy.set(history, all)
    all.push(asked)
    while (!context.isOver()) {
      const count = random.chance(0.93) ? 1 + random.below(3) : random.pick([10, 64, 80])
      const calls: Promise<unknown>[] = []
      for (let at = 0; at < count; at += 1) {
        calls.push(create(context, asked))
        if (random.chance(0.3)) calls.push(quiet(client.exists(parent)))
      }
      await allOf(context, calls)
      await context.sleep(random.below(80) + 5 * count)
    }
  },
  check: async (context) => {
    await checkSequence(context)
  },
}

function create({ client, history, life, unique }: WorkloadContext, asked: string[]): Promise<unknown> {
  const value = unique()
  asked.push(value)
  return history.record(
    { client: life, kind: 'create', key: parent, input: value },
    () => client.create(`${parent}/n-`, encoder.encode(value), { sequential: true, parents: true }),
    ({ path, stat }) => ({ output: path, index: stat.czxid.index }),
  )
}

/** Waits for all; passes on that the session is over. */
async function allOf(context: WorkloadContext, calls: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(calls)) {
    if (outcome.status === 'fulfilled') continue
    const error: unknown = outcome.reason
    if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
    context.count(`client sees ${error.code}`)
  }
}

async function quiet(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!SynodError.is(error)) throw error
  }
}

async function checkSequence(context: WorkloadContext): Promise<void> {
  const { client, history } = context
  const present = new Map<string, string>()
  let after = ''
  const indices = new Map<string, number>()
  for (;;) {
    const page = await listOrNone(context, after)
    if (page === null) break
    const nodes = await Promise.all(page.names.map(async (name) => ({ name, ...(await client.get(`${parent}/${name}`)) })))
    for (const { name, data, stat } of nodes) {
      const value = decoder.decode(data)
      const twice = present.get(value)
      if (twice !== undefined) context.fail(`${value} was created twice: ${twice} and ${name}`)
      present.set(value, `${parent}/${name}`)
      indices.set(`${parent}/${name}`, stat.czxid.index)
    }
    if (!page.more) break
    after = page.names.at(-1) ?? ''
  }
  checkNumbers(context, indices)
  for (const operation of history.operations) {
    if (operation.kind !== 'create' || operation.key !== parent) continue
    const path = present.get(operation.input)
    if (operation.outcome === 'ok' && path !== operation.output)
      context.fail(`${operation.input} was acknowledged as ${operation.output}, and is ${path ?? 'nowhere'}`)
    if (operation.outcome === 'failed' && path !== undefined)
      context.fail(`${operation.input} was refused (${operation.error}), and is ${path}`)
  }
  for (const asked of askedBy.get(history) ?? [])
    checkOrder(
      context,
      asked.filter((value) => present.has(value)).map((value) => ({ value, index: indices.get(present.get(value) ?? '') ?? 0 })),
    )
}

function checkNumbers(context: WorkloadContext, indices: ReadonlyMap<string, number>): void {
  const names = Array.from(indices.keys()).sort((a, b) => (a < b ? -1 : 1))
  names.forEach((name, at) => {
    const before = names[at - 1]
    if (before === undefined || (indices.get(before) ?? 0) < (indices.get(name) ?? 0)) return
    context.fail(`${name} was created before ${before}`)
  })
}

/** I22: the writes of a session take effect in the order in which they were asked for. */
function checkOrder(context: WorkloadContext, made: readonly { readonly value: string; readonly index: number }[]): void {
  made.forEach(({ value, index }, at) => {
    const before = made[at - 1]
    if (before !== undefined && before.index >= index) context.fail(`${value} was asked for after ${before.value} and created before it`)
  })
}

async function listOrNone(
  context: WorkloadContext,
  after: string,
): Promise<{ readonly names: readonly string[]; readonly more: boolean } | null> {
  try {
    return await context.client.list(parent, after === '' ? { limit: 500 } : { after, limit: 500 })
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_NO_NODE')) return null
    throw error
  }
}
