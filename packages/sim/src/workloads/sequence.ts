import { SynodError } from '@synod/interface'
import type { Workload, WorkloadContext } from '../clients/workload.ts'

const parent = '/sequence'
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Sequential nodes: each call makes at most one node, acknowledged ones are there, numbers are unique and rise with the log. */
export const sequence: Workload = {
  name: 'sequence',
  run: async (context) => {
    const { client, history, life } = context
    while (!context.isOver()) {
      const value = context.unique()
      const call = (): ReturnType<typeof client.create> =>
        client.create(`${parent}/n-`, encoder.encode(value), { sequential: true, parents: true })
      const start = { client: life, kind: 'create', key: parent, input: value }
      try {
        const calls = Array.from({ length: 1 + context.random.below(3) }, (_, at) =>
          at === 0
            ? history.record(start, call, ({ path, stat }) => ({ output: path, index: stat.czxid.index }))
            : quiet(client.exists(parent)),
        )
        await Promise.all(calls)
      } catch (error) {
        if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
        context.count(`client sees ${error.code}`)
      }
      await context.sleep(context.random.below(60))
    }
  },
  check: async (context) => {
    await checkSequence(context)
  },
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
    for (const name of page.names) {
      const { data, stat } = await client.get(`${parent}/${name}`)
      const value = decoder.decode(data)
      const twice = present.get(value)
      if (twice !== undefined) context.fail(`${value} was created twice: ${twice} and ${name}`)
      present.set(value, `${parent}/${name}`)
      indices.set(name, stat.czxid.index)
    }
    if (!page.more) break
    after = page.names.at(-1) ?? ''
  }
  const names = Array.from(indices.keys()).sort((a, b) => (a < b ? -1 : 1))
  names.forEach((name, at) => {
    const before = names[at - 1]
    if (before === undefined || (indices.get(before) ?? 0) < (indices.get(name) ?? 0)) return
    context.fail(`${name} was created before ${before}`)
  })
  for (const operation of history.operations) {
    if (operation.kind !== 'create' || operation.key !== parent) continue
    const path = present.get(operation.input)
    if (operation.outcome === 'ok' && path !== operation.output)
      context.fail(`${operation.input} was acknowledged as ${operation.output}, and is ${path ?? 'nowhere'}`)
    if (operation.outcome === 'failed' && path !== undefined)
      context.fail(`${operation.input} was refused (${operation.error}), and is ${path}`)
  }
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
