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
    let floor = 0
    while (!context.isOver()) {
      const key = context.random.pick(keys)
      const draw = context.random.next()
      try {
        if (draw < 0.45) {
          floor = Math.max(floor, await write(context, key, context.unique()))
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

async function prepare(context: WorkloadContext): Promise<void> {
  for (const key of keys) {
    try {
      await context.client.create(key, encoder.encode('none'))
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_NODE_EXISTS')) throw error
    }
  }
}

async function write(context: WorkloadContext, key: string, value: string): Promise<number> {
  const { client, history, life } = context
  const stat = await history.record({ client: life, kind: 'write', key, input: value }, () => client.set(key, encoder.encode(value)), ({ mzxid }) => ({
    output: '', index: mzxid.index,
  }))
  return stat.mzxid.index
}

/** Reads of a session never go back behind what the session has seen or done. */
async function readAtLeast(context: WorkloadContext, key: string, how: { readonly consistency: Consistency; readonly floor: number }): Promise<number> {
  const { client, history, life } = context
  const { consistency, floor } = how
  const answer = ({ data, zxid }: NodeData): Answer => ({ output: decoder.decode(data), index: zxid.index })
  const { zxid } = await history.record({ client: life, kind: `read ${consistency}`, key }, () => client.get(key, { consistency }), answer)
  if (consistency === 'stale') return floor
  if (zxid.index < floor) context.fail(`a ${consistency} read of ${key} is of ${zxid.index}; this session has already seen ${floor}`)
  return zxid.index
}
