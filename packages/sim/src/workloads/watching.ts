import { SynodError } from '@synod/interface'
import type { MultiOperation, Zxid } from '@synod/interface/coordination'
import type { History } from '../clients/history.ts'
import type { Workload, WorkloadContext } from '../clients/workload.ts'
import { checkWatches, type Change, type Told, type WatchRecord } from './watch-record.ts'

const root = '/watched'
const beacon = `${root}/beacon`
const encoder = new TextEncoder()
const nothing = encoder.encode('')

const records: WeakMap<History, WatchRecord> = new WeakMap()

/**
 * Writes below a node, several changes in one entry at times, and watches it in every mode, with watches that are closed and go on from
 * where they stood: no change is missed, none comes twice, all come in order of the log.
 */
export const watching: Workload = {
  name: 'watching',
  run: async (context) => {
    await prepare(context)
    const { zxid } = await context.client.get(root)
    const ended = new AbortController()
    const watches = [
      new Follower(context, { path: root, mode: 'recursive' }, zxid),
      new Follower(context, { path: beacon, mode: 'data' }, zxid),
      new Follower(context, { path: root, mode: 'children' }, zxid),
    ]
    const reading = watches.map(async (watch) => watch.follow(ended.signal))
    // A run that has failed ends before anybody waits for them.
    for (const each of reading) each.catch(() => undefined)
    try {
      await change(context)
      await settle(context, watches)
    } finally {
      ended.abort()
      await Promise.all(reading)
    }
  },
  check: (context) => {
    checkWatches(context, recordOf(context))
    return Promise.resolve()
  },
}

function recordOf({ history }: WorkloadContext): WatchRecord {
  const present = records.get(history)
  if (present !== undefined) return present
  const record: WatchRecord = { told: [], changes: [], doubts: new Set() }
  records.set(history, record)
  return record
}

async function prepare(context: WorkloadContext): Promise<void> {
  for (const path of [root, beacon]) {
    await does(context, [{ type: 'created', path }], [{ op: 'create', path, data: nothing }])
  }
}

/** One watch of an application that closes it now and then and goes on from what it has dealt with. */
class Follower {
  readonly told: Told
  readonly #context: WorkloadContext
  #cursor: Zxid

  constructor(context: WorkloadContext, what: Pick<Told, 'path' | 'mode'>, from: Zxid) {
    this.#context = context
    this.#cursor = from
    this.told = { ...what, life: context.life, from: from.index, events: [] }
    recordOf(context).told.push(this.told)
  }

  get last(): number {
    return this.told.events.at(-1)?.zxid.index ?? 0
  }

  async follow(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) await this.#once(signal)
    } catch (error) {
      if (!signal.aborted && !SynodError.is(error)) throw error
    }
  }

  /** Until it closes the watch: then what it has not surely seen all of is forgotten, and asked for again. */
  async #once(signal: AbortSignal): Promise<void> {
    const { client, random, fail, count } = this.#context
    const { path, mode, events } = this.told
    let left = random.chance(0.5) ? 1 + random.below(40) : Infinity
    for await (const event of client.watch(path, { mode, from: this.#cursor, signal })) {
      if (event.zxid.index < this.last) fail(`the ${mode} watch of ${path} tells of ${event.zxid.index} after ${this.last}`)
      if (event.zxid.index > this.last && events.length > 0) this.#cursor = { epoch: event.zxid.epoch, index: this.last }
      events.push(event)
      count(event.type === 'compacted' ? 'watches compacted' : 'watch events')
      if (event.type === 'compacted') this.#cursor = event.zxid
      left -= 1
      if (left <= 0) break
    }
    count('watches resumed')
    while (this.last > this.#cursor.index) events.pop()
  }
}

/** Does something in one entry, and writes down what watches must tell of it. */
async function does(
  context: WorkloadContext,
  what: readonly Omit<Change, 'index'>[],
  operations: readonly MultiOperation[],
): Promise<number> {
  const { client, history, life, count } = context
  const record = recordOf(context)
  const key = what.map(({ type, path }) => `${type} ${path}`).join(', ')
  for (const { type, path } of [...what, { type: 'changed', path: beacon }]) record.doubts.add(`${type} ${path}`)
  // The beacon's position says where the entry is, whatever else is done in it.
  const all = operations.some(({ path }) => path === beacon) || what[0]?.path === root ? operations : [...operations, beaconSet]
  try {
    const index = await history.record(
      { client: life, kind: 'watched change', key },
      async () => {
        const results = await client.multi(all)
        for (const result of results) if (result.op === 'create' || result.op === 'set') return result.stat.mzxid.index
        return 0
      },
      (at) => ({ output: '', index: at }),
    )
    for (const { type, path } of what) record.changes.push({ type, path, index })
    if (all !== operations) record.changes.push({ type: 'changed', path: beacon, index })
    for (const { type, path } of what) if (path !== beacon && path !== root) record.doubts.delete(`${type} ${path}`)
    return index
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_NODE_EXISTS') && what[0]?.type === 'created') return 0
    if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
    count(`client sees ${error.code}`)
    return 0
  }
}

const beaconSet: MultiOperation = { op: 'set', path: beacon, data: nothing }

async function change(context: WorkloadContext): Promise<void> {
  const { random } = context
  while (!context.isOver()) {
    const [a, b] = [`${root}/${context.unique()}`, `${root}/${context.unique()}`]
    await does(context, [{ type: 'created', path: a }], [{ op: 'create', path: a, data: nothing }])
    await context.sleep(random.below(180))
    await does(
      context,
      [
        { type: 'changed', path: a },
        { type: 'created', path: b },
        { type: 'created', path: `${b}/below` },
      ],
      [
        { op: 'set', path: a, data: nothing },
        { op: 'create', path: b, data: nothing },
        { op: 'create', path: `${b}/below`, data: nothing },
      ],
    )
    for (let at = random.below(3); at > 0; at -= 1) {
      await context.sleep(random.below(120))
      await does(context, [{ type: 'changed', path: beacon }], [beaconSet])
    }
    await does(context, [{ type: 'deleted', path: a }], [{ op: 'delete', path: a }])
    await context.sleep(random.below(180))
  }
}

/** A last change of which every watch must tell, so that everything before it has come. */
async function settle(context: WorkloadContext, watches: readonly Follower[]): Promise<void> {
  const until = context.clock.now() + 20_000_000
  let index = 0
  while (index === 0) {
    const path = `${root}/last-${context.unique()}`
    index = await does(context, [{ type: 'created', path }], [{ op: 'create', path, data: nothing }])
    // Its parent may never have been made: every try in time failed.
    if (index === 0) await prepare(context)
  }
  while (watches.some((watch) => watch.last < index)) {
    if (context.clock.now() > until) {
      const late = watches.find((watch) => watch.last < index)
      context.fail(
        `the ${late?.told.mode} watch of ${late?.told.path} has not told of ${index} in 20 s; its last event is of ${late?.last}`,
      )
    }
    await context.sleep(20)
  }
}
