import { SynodError } from '@synod/interface'
import type { Consistency, NodeData } from '@synod/interface/coordination'
import type { Answer } from '../clients/history.ts'
import type { Workload, WorkloadContext } from '../clients/workload.ts'

const keys = ['/r0', '/r1', '/r2', '/r3'] as const
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A few registers that everybody reads and writes: each write has a value of its own, so that every read says whose write it saw. */
export const registers: Workload = {
  name: 'registers',
  run: async (context) => {
    await prepare(context)
    const { client } = context
    let floor = 0
    while (!context.isOver()) {
      const key = context.random.pick(keys)
      const draw = context.random.next()
      try {
        if (draw < 0.45) {
          const swap = context.random.chance(0.3)
          const version = swap ? (await client.get(key, { consistency: 'session' })).stat.version : undefined
          floor = Math.max(floor, await write(context, key, { value: context.unique(), version }))
        } else {
          const consistency: Consistency = draw < 0.75 ? 'linearizable' : draw < 0.9 ? 'session' : 'stale'
          floor = await readAtLeast(context, key, { consistency, floor })
        }
      } catch (error) {
        if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
        context.count(`client sees ${error.code}`)
      }
      if (context.random.chance(0.5)) await context.sleep(context.random.below(40))
    }
  },
}

/** Several writes at once, over and over: of one session they are executed in order, so that what is lost of them leaves gaps. */
export const bursts: Workload = {
  name: 'bursts',
  run: async (context) => {
    await prepare(context)
    while (!context.isOver()) {
      const count = 2 + context.random.below(6)
      const writes = Array.from({ length: count }, () =>
        write(context, context.random.pick(keys), { value: context.unique(), version: undefined }),
      )
      for (const outcome of await Promise.allSettled(writes)) {
        if (outcome.status === 'fulfilled') continue
        const error: unknown = outcome.reason
        if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
        context.count(`client sees ${error.code}`)
      }
      if (context.random.chance(0.5)) await context.sleep(context.random.below(40))
    }
  },
}

async function prepare(context: WorkloadContext): Promise<void> {
  const { client, history, life } = context
  for (const key of keys) {
    try {
      await history.record(
        { client: life, kind: 'create register', key, input: 'none', op: { kind: 'create', key, value: 'none' } },
        () => client.create(key, encoder.encode('none')),
        ({ stat }) => ({ output: '', index: stat.czxid.index, result: { kind: 'written', version: 0, position: stat.czxid.index } }),
      )
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_NODE_EXISTS')) throw error
    }
  }
}

async function write(
  context: WorkloadContext,
  key: string,
  what: { readonly value: string; readonly version: number | undefined },
): Promise<number> {
  const { client, history, life } = context
  const { value, version } = what
  const only = version === undefined ? {} : { version }
  const stat = await history.record(
    { client: life, kind: 'write', key, input: value, op: { kind: 'set', key, value, ...only } },
    () => client.set(key, encoder.encode(value), only),
    ({ mzxid, version: now }) => ({
      output: version === undefined ? '' : `v${now}`,
      index: mzxid.index,
      result: { kind: 'written', version: now, position: mzxid.index },
    }),
  )
  return stat.mzxid.index
}

/** Reads of a session never go back behind what the session has seen or done. */
async function readAtLeast(
  context: WorkloadContext,
  key: string,
  how: { readonly consistency: Consistency; readonly floor: number },
): Promise<number> {
  const { client, history, life } = context
  const { consistency, floor } = how
  const answer = ({ data, zxid, stat }: NodeData): Answer => {
    const value = decoder.decode(data)
    return { output: value, index: zxid.index, result: { kind: 'found', value, version: stat.version, position: stat.mzxid.index } }
  }
  const op = consistency === 'linearizable' ? { op: { kind: 'get' as const, key } } : {}
  const { zxid } = await history.record(
    { client: life, kind: `read ${consistency}`, key, ...op },
    () => client.get(key, { consistency }),
    answer,
  )
  if (consistency === 'stale') return floor
  if (zxid.index < floor) context.fail(`a ${consistency} read of ${key} is of ${zxid.index}; this session has already seen ${floor}`)
  return zxid.index
}
