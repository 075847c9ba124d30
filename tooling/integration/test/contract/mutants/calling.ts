import { SynodError } from '@synod/interface'
import type { CallOptions, CoordinationClient } from '@synod/interface/coordination'
import { withSession } from './faulty.ts'
import type { Flaw } from './faulty.ts'
import type { ClientMutant } from './mutant.ts'

function endingWithItsSignals(inner: CoordinationClient): Flaw {
  const listen = ({ signal }: CallOptions = {}): void => signal?.addEventListener('abort', () => void inner.close())
  return {
    set(path, data, options) {
      listen(options)
      return inner.set(path, data, options)
    },
  }
}

/** Ends its ephemeral nodes when the connection breaks, as a session that does not outlive it. */
function boundToItsConnection(inner: CoordinationClient): Flaw {
  const owned: string[] = []
  return {
    broken: () => void Promise.allSettled(owned.map((path) => inner.delete(path))),
    async create(path, data, options) {
      const created = await inner.create(path, data, options)
      if (options?.ephemeral === true) owned.push(created.path)
      return created
    },
  }
}

function repeating(inner: CoordinationClient): Flaw {
  const open = new Set<() => void>()
  return {
    broken() {
      for (const again of open) again()
    },
    async set(path, data, options) {
      const again = (): void => void inner.set(path, data, options).catch(() => undefined)
      open.add(again)
      try {
        return await inner.set(path, data, options)
      } finally {
        open.delete(again)
      }
    },
  }
}

function givingUp(inner: CoordinationClient): Flaw {
  let fail: (error: Error) => void = () => undefined
  const lost = new Promise<never>((_resolve, reject) => (fail = reject))
  lost.catch(() => undefined)
  return {
    broken: () => fail(new Error('the connection is lost')),
    exists: (path, options) => Promise.race([inner.exists(path, options), lost]),
  }
}

/** For the clauses about sessions, calls and faults. */
export const callingMutants: readonly ClientMutant[] = [
  { clause: 'a session has a number', fault: 'does not know its timeout', client: withSession(() => ({ timeoutMs: 0 })) },
  { clause: 'a session has a number', fault: 'never believes that it is held', client: withSession(() => ({ held: false })) },
  { clause: 'each client has a session', fault: 'has the session of everybody', client: withSession(() => ({ id: 7 })) },
  {
    clause: 'a session is kept alive',
    fault: 'does not move its deadline',
    timeoutMs: 2000,
    client: (inner) => {
      let first = 0
      return withSession((session) => ({
        get deadline() {
          first ||= session.deadline
          return first
        },
      }))(inner)
    },
  },
  {
    clause: 'close ends the session',
    fault: 'tells nobody that it is over',
    client: withSession(() => ({ signal: new AbortController().signal })),
  },
  {
    clause: 'a signal that has aborted',
    fault: 'makes an error of its own of the reason',
    client: (inner) => ({
      get: (path, options) => inner.get(path, options).catch((cause) => Promise.reject(new Error('aborted', { cause }))),
    }),
  },
  {
    clause: 'a signal that has aborted',
    fault: 'writes nevertheless',
    client: (inner) => ({
      async set(path, data, options) {
        const stat = await inner.set(path, data)
        options?.signal?.throwIfAborted()
        return stat
      },
    }),
  },
  {
    clause: 'an abort ends the wait',
    fault: 'looks at the signal only before',
    client: (inner) => ({
      async multi(operations, options) {
        options?.signal?.throwIfAborted()
        return inner.multi(operations)
      },
    }),
  },
  { clause: 'an abort after the answer', fault: 'ends when a signal of the past aborts', client: endingWithItsSignals },
  {
    clause: 'close may be called again',
    fault: 'complains about a second close',
    client(inner) {
      let closed = false
      return {
        async close() {
          if (closed) throw new Error('it is closed')
          closed = true
          await inner.close()
        },
      }
    },
  },
  {
    clause: 'a client that never made a call',
    fault: 'waits for its session before it closes',
    client: (inner) => ({
      async close() {
        if (inner.session.id === 0) await new Promise(() => undefined)
        await inner.close()
      },
    }),
  },
  {
    clause: 'after close every call',
    fault: 'says something else after close',
    client: (inner) => ({
      list: (path, options) =>
        inner.list(path, options).catch(() => Promise.reject(new SynodError('SYNOD_UNREACHABLE', 'nobody is there'))),
    }),
  },
  {
    clause: 'after close every call',
    fault: 'does not close at all',
    client: () => ({ close: async () => {} }),
  },
  { clause: 'a session and its ephemeral nodes', fault: 'ends its session with its connection', client: boundToItsConnection },
  { clause: 'a write under way', fault: 'sends again what may have arrived', client: repeating },
  { clause: 'reads under way', fault: 'gives up its reads', client: givingUp },
  {
    clause: 'a client without servers',
    fault: 'learns late that its session is over',
    timeoutMs: 4000,
    client: (inner) => {
      const late = new AbortController()
      inner.session.signal.addEventListener('abort', () => setTimeout(() => late.abort(inner.session.signal.reason), 600))
      return withSession(() => ({ signal: late.signal }))(inner)
    },
  },
]
