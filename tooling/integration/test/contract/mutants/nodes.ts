import { SynodError } from '@synod/interface'
import type { CoordinationClient, Created } from '@synod/interface/coordination'
import type { ClientMutant } from './mutant.ts'

/** Turns a rejection with this code into an answer. */
async function instead<T>(call: Promise<T>, code: SynodError['code'], answer: () => T | Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (SynodError.is(error, code)) return answer()
    throw error
  }
}

/** Chooses the number of a sequential node itself. */
function numbering(inner: CoordinationClient, next: (parent: string) => Promise<number> | number): Pick<CoordinationClient, 'create'> {
  return {
    async create(path, data, { sequential, ...options } = {}): Promise<Created> {
      if (sequential !== true) return inner.create(path, data, options)
      const number = await next(path.slice(0, path.lastIndexOf('/')))
      return inner.create(path + String(number).padStart(10, '0'), data, options)
    },
  }
}

function keepingReferences(inner: CoordinationClient): Partial<CoordinationClient> {
  const given = new Map<string, Uint8Array>()
  return {
    create(path, data, options) {
      given.set(path, data)
      return inner.create(path, data, options)
    },
    async get(path, options) {
      const read = await inner.get(path, options)
      return { ...read, data: given.get(path) ?? read.data }
    },
  }
}

/** Ephemeral nodes of all clients of the process. */
const ephemerals = new Set<string>()

/** For the clauses about nodes, sequential names and ephemeral ones. */
export const nodeMutants: readonly ClientMutant[] = [
  {
    clause: 'create makes a node',
    fault: 'tells times in seconds',
    client: (inner) => ({
      async create(path, data, options) {
        const { stat, ...rest } = await inner.create(path, data, options)
        return { ...rest, stat: { ...stat, ctime: Math.floor(stat.ctime / 1000), mtime: Math.floor(stat.mtime / 1000) } }
      },
    }),
  },
  {
    clause: 'create rejects a path that is taken',
    fault: 'overwrites',
    client: (inner) => ({
      create: (path, data, options) =>
        instead(inner.create(path, data, options), 'SYNOD_NODE_EXISTS', async () => ({ path, stat: await inner.set(path, data) })),
    }),
  },
  {
    clause: 'create needs the parent',
    fault: 'makes parents unasked',
    client: (inner) => ({ create: (path, data, options) => inner.create(path, data, { ...options, parents: true }) }),
  },
  {
    clause: 'create needs the parent',
    fault: 'makes parents in transactions of their own',
    client: (inner) => ({
      async create(path, data, options = {}) {
        const names = path.split('/').slice(1, -1)
        for (let depth = 2; options.parents === true && depth <= names.length; depth += 1) {
          const parent = `/${names.slice(0, depth).join('/')}`
          if ((await inner.exists(parent)) === null) await inner.create(parent, new Uint8Array())
        }
        return inner.create(path, data, options)
      },
    }),
  },
  {
    clause: 'values are bytes',
    fault: 'takes values for text',
    client: (inner) => ({
      create: (path, data, options) => inner.create(path, new TextEncoder().encode(new TextDecoder().decode(data)), options),
    }),
  },
  {
    clause: 'values are bytes',
    fault: 'cuts what is too large',
    client: (inner) => ({ set: (path, data, options) => inner.set(path, data.subarray(0, 1024 * 1024), options) }),
  },
  { clause: 'does not alter the bytes', fault: 'keeps a reference to the bytes of its caller', client: keepingReferences },
  {
    clause: 'set replaces the value',
    fault: 'answers a set with the stat from before',
    client: (inner) => ({
      async set(path, data, options) {
        const before = await inner.exists(path)
        const after = await inner.set(path, data, options)
        return before ?? after
      },
    }),
  },
  {
    clause: 'set and delete with another version',
    fault: 'does not look at versions',
    client: (inner) => ({ set: (path, data) => inner.set(path, data), delete: (path) => inner.delete(path) }),
  },
  {
    clause: 'delete removes a node',
    fault: 'deletes everything below as well',
    client: (inner) => ({
      async delete(path, options) {
        const { names } = await inner.list(path)
        for (const name of names) await inner.delete(`${path}/${name}`)
        await inner.delete(path, options)
      },
    }),
  },
  {
    clause: 'of a node that is not there',
    fault: 'rejects exists',
    client: (inner) => ({ exists: async (path, options) => (await inner.get(path, options)).stat }),
  },
  {
    clause: 'what is no path',
    fault: 'says that no node is at what is no path',
    client: (inner) => ({ exists: (path, options) => instead(inner.exists(path, options), 'SYNOD_INVALID_PATH', () => null) }),
  },
  {
    clause: 'writes are executed in the order',
    fault: 'lets every second write wait a little',
    client(inner) {
      let count = 0
      return {
        async set(path, data, options) {
          count += 1
          if (count % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
          return inner.set(path, data, options)
        },
      }
    },
  },
  {
    clause: 'sequential appends ten digits',
    fault: 'leaves out the zeros',
    client: (inner) => ({
      async create(path, data, options) {
        const created = await inner.create(path, data, options)
        return options?.sequential === true ? { ...created, path: path + String(Number(created.path.slice(-10))) } : created
      },
    }),
  },
  {
    clause: 'the numbers of a parent grow',
    fault: 'counts the children that are there',
    client: (inner) => numbering(inner, async (parent) => (await inner.list(parent)).names.length),
  },
  {
    clause: 'sequential creates at the same time',
    fault: 'counts by itself',
    client(inner) {
      let count = 0
      return numbering(inner, () => (count += 1))
    },
  },
  {
    clause: 'an ephemeral node names its session',
    fault: 'makes plain nodes only',
    client: (inner) => ({ create: (path, data, options) => inner.create(path, data, { ...options, ephemeral: false }) }),
  },
  {
    clause: 'it stays while its session lives',
    fault: 'ends all ephemeral nodes with its own',
    client: (inner) => ({
      async create(path, data, options) {
        const created = await inner.create(path, data, options)
        if (options?.ephemeral === true) ephemerals.add(created.path)
        return created
      },
      async close() {
        for (const path of ephemerals) await inner.delete(path).catch(() => undefined)
        await inner.close()
      },
    }),
  },
  {
    clause: 'an ephemeral node has no children',
    fault: 'takes a refused child for created',
    client: (inner) => ({
      async create(path, data, options) {
        const above = await inner.exists(path.slice(0, path.lastIndexOf('/')) || '/')
        const call = inner.create(path, data, options)
        return above === null ? call : instead(call, 'SYNOD_NO_CHILDREN_FOR_EPHEMERALS', () => ({ path, stat: above }))
      },
    }),
  },
  {
    clause: 'an ephemeral node can be sequential',
    fault: 'takes over what it sets',
    client: (inner) => ({
      set: async (path, data, options) => ({ ...(await inner.set(path, data, options)), ephemeralOwner: inner.session.id }),
    }),
  },
]
