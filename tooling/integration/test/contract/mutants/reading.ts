import type { CoordinationClient, MultiOperation, MultiResult, NodeData, ReadOptions } from '@synod/interface/coordination'
import type { ClientMutant } from './mutant.ts'

/** Answers from the first read of a path for ever, when `frozen` says so. */
function remembering(inner: CoordinationClient, frozen: (options: ReadOptions) => boolean): Pick<CoordinationClient, 'get'> {
  const first = new Map<string, NodeData>()
  return {
    async get(path, options = {}) {
      const known = first.get(path)
      if (known !== undefined && frozen(options)) return known
      const read = await inner.get(path, options)
      first.set(path, known ?? read)
      return read
    },
  }
}

async function oneByOne(inner: CoordinationClient, operations: readonly MultiOperation[]): Promise<readonly MultiResult[]> {
  const results: MultiResult[] = []
  for (const operation of operations) results.push(...(await inner.multi([operation])))
  return results
}

/** For the clauses about lists, transactions and reads. */
export const readingMutants: readonly ClientMutant[] = [
  {
    clause: 'list gives names',
    fault: 'sorts as people do',
    client: (inner) => ({
      async list(path, options) {
        const list = await inner.list(path, options)
        return { ...list, names: list.names.toSorted((a, b) => a.localeCompare(b, 'en')) }
      },
    }),
  },
  {
    clause: 'list pages',
    fault: 'never has more',
    client: (inner) => ({ list: async (path, options) => ({ ...(await inner.list(path, options)), more: false }) }),
  },
  {
    clause: 'list pages',
    fault: 'begins at the name, not behind it',
    client: (inner) => ({
      async list(path, options = {}) {
        const list = await inner.list(path, options)
        return options.after === undefined ? list : { ...list, names: [options.after, ...list.names.slice(0, -1)] }
      },
    }),
  },
  {
    clause: 'list gives at most 1000',
    fault: 'lists everything at once',
    client: (inner) => ({ list: (path, options) => inner.list(path, { limit: 10_000, ...options }) }),
  },
  {
    clause: 'multi executes all operations',
    fault: 'answers in the order of the alphabet',
    client: (inner) => ({
      multi: async (operations, options) => (await inner.multi(operations, options)).toSorted((a, b) => a.op.localeCompare(b.op, 'en')),
    }),
  },
  {
    clause: 'multi is all or nothing',
    fault: 'executes one operation after the other',
    client: (inner) => ({ multi: (operations) => oneByOne(inner, operations) }),
  },
  {
    clause: 'multi is all or nothing',
    fault: 'makes no difference between refusals',
    client: (inner) => ({
      multi: (operations) => inner.multi(operations).catch(() => Promise.reject(new Error('the transaction failed'))),
    }),
  },
  {
    clause: 'check tests a version',
    fault: 'checks only that there is a node',
    client: (inner) => ({
      multi: (operations, options) =>
        inner.multi(
          operations.map((operation) => (operation.op === 'check' ? { op: 'check', path: operation.path } : operation)),
          options,
        ),
    }),
  },
  {
    clause: 'nobody sees half a multi',
    fault: 'executes one operation after the other',
    client: (inner) => ({ multi: (operations) => oneByOne(inner, operations) }),
  },
  {
    clause: 'a linearizable read',
    fault: 'keeps what it has read',
    client: (inner) => remembering(inner, () => true),
  },
  {
    clause: 'a session read',
    fault: 'answers session reads from what it has read first',
    client: (inner) => remembering(inner, ({ consistency }) => consistency === 'session'),
  },
  {
    clause: 'a stale read',
    fault: 'never catches up',
    client: (inner) => remembering(inner, ({ consistency }) => consistency === 'stale'),
  },
  {
    clause: 'the zxid of a read',
    fault: 'gives the position of the creation',
    client: (inner) => ({
      async get(path, options) {
        const read = await inner.get(path, options)
        return { ...read, zxid: read.stat.czxid }
      },
    }),
  },
]
