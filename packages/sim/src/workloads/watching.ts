import { SynodError } from '@synod/interface'
import type { WatchEvent, Zxid } from '@synod/interface/coordination'
import type { Workload, WorkloadContext } from '../clients/workload.ts'

const root = '/watched'
const encoder = new TextEncoder()

interface Seen {
  readonly life: string
  /** Changes after this are reported. */
  readonly from: number
  /** Changes up to here should have been reported. */
  to: number
  readonly events: WatchEvent[]
}

const seenBy: WeakMap<object, Seen[]> = new WeakMap()

/** Writes below a node and watches it: no change is missed, none comes twice, all come in order of the log. */
export const watching: Workload = {
  name: 'watching',
  run: async (context) => {
    await prepare(context)
    const { client, history } = context
    const { zxid } = await client.get(root)
    const seen: Seen = { life: context.life, from: zxid.index, to: zxid.index, events: [] }
    const all = seenBy.get(history) ?? []
    seenBy.set(history, all)
    all.push(seen)
    const ended = new AbortController()
    const reading = follow(context, { seen, from: zxid, signal: ended.signal })
    try {
      await change(context, seen)
      await settle(context, seen)
    } finally {
      ended.abort()
      await reading
    }
  },
  check: async (context) => {
    checkEvents(context, seenBy.get(context.history) ?? [])
  },
}

async function prepare({ client }: WorkloadContext): Promise<void> {
  try {
    await client.create(root, encoder.encode(''))
  } catch (error) {
    if (!SynodError.is(error, 'SYNOD_NODE_EXISTS')) throw error
  }
}

async function follow(
  context: WorkloadContext,
  watch: { readonly seen: Seen; readonly from: Zxid; readonly signal: AbortSignal },
): Promise<void> {
  const { seen, from, signal } = watch
  try {
    for await (const event of context.client.watch(root, { mode: 'recursive', from, signal })) {
      const before = seen.events.at(-1)
      if (before !== undefined && event.zxid.index < before.zxid.index) {
        context.fail(`a watch reports ${event.zxid.index} after ${before.zxid.index}`)
      }
      seen.events.push(event)
      context.count(event.type === 'compacted' ? 'watches compacted' : 'watch events')
    }
  } catch (error) {
    if (!signal.aborted && !SynodError.is(error)) throw error
  }
}

async function change(context: WorkloadContext, seen: Seen): Promise<void> {
  const { client, history, random, life } = context
  const node = `${root}/${context.unique()}`
  let version = 0
  while (!context.isOver()) {
    version += 1
    const exists = version % 7 !== 1
    const kind = !exists ? 'created' : version % 7 === 0 ? 'deleted' : 'changed'
    const start = { client: life, kind: `watched ${kind}`, key: node }
    try {
      if (kind === 'created')
        await history.record(
          start,
          () => client.create(node, encoder.encode('')),
          ({ stat }) => ({ output: '', index: stat.czxid.index }),
        )
      else if (kind === 'changed')
        await history.record(
          start,
          () => client.set(node, encoder.encode(String(version))),
          ({ mzxid }) => ({ output: '', index: mzxid.index }),
        )
      else
        await history.record(
          start,
          () => client.delete(node),
          () => ({ output: '', index: 0 }),
        )
    } catch (error) {
      if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
      context.count(`client sees ${error.code}`)
    }
    seen.to = Math.max(seen.to, history.operations.findLast((each) => each.client === life && each.outcome === 'ok')?.index ?? 0)
    await context.sleep(random.below(80))
  }
}

/** A last change of which the watch must tell, so that everything before it has come. */
async function settle(context: WorkloadContext, seen: Seen): Promise<void> {
  const { client } = context
  const { stat } = await client.create(`${root}/last-`, encoder.encode(''), { sequential: true })
  const until = context.clock.now() + 20_000_000
  while ((seen.events.at(-1)?.zxid.index ?? 0) < stat.czxid.index) {
    if (context.clock.now() > until)
      context.fail(
        `a watch has not told of ${stat.czxid.index} in 20 s; its last event is of ${seen.events.at(-1)?.zxid.index ?? 'nothing'}`,
      )
    await context.sleep(20)
  }
  seen.to = stat.czxid.index
}

function checkEvents(context: WorkloadContext, all: readonly Seen[]): void {
  for (const seen of all) {
    const names = new Set<string>()
    const gaps: { after: number; until: number }[] = []
    let last = seen.from
    for (const { type, path, zxid } of seen.events) {
      if (type === 'compacted') gaps.push({ after: last, until: zxid.index })
      const name = `${type} ${path} ${zxid.index}`
      if (names.has(name)) context.fail(`${seen.life}: its watch reported twice: ${name}`)
      if (zxid.index <= seen.from) context.fail(`${seen.life}: its watch from ${seen.from} reported ${name}`)
      names.add(name)
      last = zxid.index
    }
    const reported = Math.min(seen.to, last)
    for (const { kind, key, index, outcome } of context.history.operations) {
      if (outcome !== 'ok' || !kind.startsWith('watched ') || index <= seen.from || index > reported) continue
      if (gaps.some((gap) => index > gap.after && index <= gap.until)) continue
      const name = `${kind.slice('watched '.length)} ${key} ${index}`
      if (!names.has(name)) context.fail(`${seen.life}: its watch, which told of everything up to ${reported}, has not told: ${name}`)
    }
  }
}
