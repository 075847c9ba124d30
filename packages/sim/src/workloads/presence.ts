import { SynodError } from '@synod/interface'
import type { Workload, WorkloadContext } from '../clients/workload.ts'

const parent = '/presence'
const encoder = new TextEncoder()

/**
 * Ephemeral nodes of sessions that are often idle: while a session is held its nodes are there, whoever looks; what is closed in order is
 * gone at once. What happens to them when a session ends is told by the model of the tree (I21).
 */
export const presence: Workload = {
  name: 'presence',
  run: async (context) => {
    const { client, random } = context
    const own: string[] = []
    while (!context.isOver()) {
      try {
        const draw = random.next()
        if (own.length < 3 || draw < 0.3) own.push(await appear(context))
        else if (draw < 0.5) await vanish(context, own.shift() ?? '')
        if (random.chance(0.2)) await failHalfWay(context)
        await look(context, own)
      } catch (error) {
        if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
        context.count(`client sees ${error.code}`)
      }
      await idle(context, random.below(random.pick([100, 600, 5_000])))
      if (random.chance(0.05)) return
    }
    const { id } = client.session
    if (id !== 0) context.count('presence until the end')
  },
}

async function appear({ client, history, life, unique }: WorkloadContext): Promise<string> {
  const path = `${parent}/${unique()}`
  await history.record(
    { client: life, kind: 'ephemeral', key: path },
    () => client.create(path, encoder.encode(life), { ephemeral: true, parents: true }),
    ({ stat }) => ({ output: '', index: stat.czxid.index }),
  )
  return path
}

async function vanish({ client, history, life, count }: WorkloadContext, path: string): Promise<void> {
  try {
    await history.record(
      { client: life, kind: 'ephemeral gone', key: path },
      () => client.delete(path),
      () => ({ output: '', index: 0 }),
    )
  } catch (error) {
    // An earlier try whose outcome was unknown may have deleted it.
    if (!SynodError.is(error, 'SYNOD_NO_NODE')) throw error
    count('client sees SYNOD_NO_NODE')
  }
}

/** All or nothing: the second operation is refused, so the first has never been. */
async function failHalfWay({ client, unique, fail }: WorkloadContext): Promise<void> {
  const path = `${parent}/${unique()}`
  try {
    await client.multi([
      { op: 'create', path, data: encoder.encode(''), ephemeral: true },
      { op: 'check', path: `${parent}/nobody` },
    ])
    fail(`${parent}/nobody was found, and ${path} created with it`)
  } catch (error) {
    if (!SynodError.is(error, 'SYNOD_NO_NODE')) throw error
  }
}

async function look(context: WorkloadContext, own: readonly string[]): Promise<void> {
  const { client, random } = context
  const { session } = client
  if (own.length === 0 || !session.held) return
  const path = random.pick(own)
  const consistency = random.pick(['linearizable', 'session'] as const)
  const stat = await client.exists(path, { consistency })
  if (stat === null && session.held) context.fail(`${path} is gone while session ${session.id} is held`)
  if (stat !== null && stat.ephemeralOwner !== session.id)
    context.fail(`${path} belongs to session ${stat.ephemeralOwner}, not ${session.id}`)
}

/** Sleeps in pieces, so that the end is noticed. */
async function idle(context: WorkloadContext, millis: number): Promise<void> {
  for (let left = millis; left > 0 && !context.isOver(); left -= 250) await context.sleep(Math.min(left, 250))
}
