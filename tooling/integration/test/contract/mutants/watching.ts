import { SynodError } from '@synod/interface'
import type { CoordinationClient, Watch, WatchEvent } from '@synod/interface/coordination'
import { changed, throughEvents, withOptions } from './faulty.ts'
import type { ClientMutant } from './mutant.ts'

/** Events that pass `keep`. */
function only(keep: (event: WatchEvent) => boolean): (events: AsyncIterable<WatchEvent>) => AsyncIterable<WatchEvent> {
  return async function* (events) {
    for await (const event of events) if (keep(event)) yield event
  }
}

/** Says that it is set before anybody was asked. */
function early(inner: CoordinationClient): Pick<CoordinationClient, 'watch'> {
  return {
    watch(path, options): Watch {
      const set = Promise.withResolvers<Watch>()
      setTimeout(() => set.resolve(inner.watch(path, options)), 30)
      return {
        ready: Promise.resolve(),
        close: async () => (await set.promise).close(),
        [Symbol.asyncDispose]: async () => (await set.promise).close(),
        async *[Symbol.asyncIterator]() {
          yield* await set.promise
        },
      }
    },
  }
}

/** Closing one watch closes all of its client. */
function entangled(inner: CoordinationClient): Pick<CoordinationClient, 'watch'> {
  const all: Watch[] = []
  return {
    watch(path, options) {
      const watch = inner.watch(path, options)
      all.push(watch)
      return { ...changed(watch, (events) => events), close: async () => void (await Promise.all(all.map((one) => one.close()))) }
    },
  }
}

/** For the clauses about watches. */
export const watchingMutants: readonly ClientMutant[] = [
  {
    clause: 'a data watch',
    fault: 'reports what is below as well',
    client: withOptions((options) => ({ mode: 'recursive', ...options })),
  },
  {
    clause: 'a children watch',
    fault: 'reports the children instead of the list',
    client: withOptions((options) => ({ ...options, mode: 'recursive' })),
  },
  {
    clause: 'a recursive watch',
    fault: 'does not look at grandchildren',
    client: throughEvents(only(({ path }) => path.split('/').length <= 4)),
  },
  { clause: 'ready resolves', fault: 'is ready before it is set', client: early },
  {
    clause: 'from: everything after',
    fault: 'reports the position itself, too',
    client: withOptions(({ from, ...rest }) => (from === undefined ? rest : { ...rest, from: { ...from, index: from.index - 1 } })),
  },
  {
    clause: 'a watch from the zxid of a read',
    fault: 'begins when it is set, whatever was asked for',
    client: withOptions(({ from: _from, ...rest }) => rest),
  },
  {
    clause: 'what is no path cannot be watched',
    fault: 'just ends',
    client: throughEvents(async function* (events) {
      try {
        yield* events
      } catch {
        return
      }
    }),
  },
  {
    clause: 'each change is reported once',
    fault: 'loses one',
    client(inner) {
      let count = 0
      return throughEvents(only(() => (count += 1) !== 31))(inner)
    },
  },
  {
    clause: 'each change is reported once',
    fault: 'reports one twice',
    client(inner) {
      let count = 0
      return throughEvents(async function* (events) {
        for await (const event of events) {
          count += 1
          yield event
          if (count === 31) yield event
        }
      })(inner)
    },
  },
  {
    clause: 'each change is reported once',
    fault: 'changes the order of two',
    client: throughEvents(async function* (events) {
      const held: WatchEvent[] = []
      for await (const event of events) {
        held.unshift(event)
        if (held.length === 2) yield* held.splice(0)
      }
    }),
  },
  {
    clause: 'the events of one transaction',
    fault: 'numbers events by itself',
    client: throughEvents(async function* (events) {
      let index = 0
      for await (const event of events) yield { ...event, zxid: { ...event.zxid, index: (index += 1) } }
    }),
  },
  {
    clause: 'the end of a session is reported',
    fault: 'keeps deletions to itself',
    client: throughEvents(only(({ type }) => type !== 'deleted')),
  },
  { clause: 'watches of one client are independent', fault: 'closes all with one', client: entangled },
  {
    clause: 'close ends the loop',
    fault: 'goes on after close',
    client: (inner) => ({
      watch: (path, options) => ({ ...changed(inner.watch(path, options), (events) => events), close: async () => {} }),
    }),
  },
  {
    clause: 'leaving the loop',
    fault: 'goes on when its loop is left',
    client: (inner) => ({
      watch(path, options) {
        const events = inner.watch(path, options)
        const iterator = events[Symbol.asyncIterator]()
        return { ...changed(events, (same) => same), [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
      },
    }),
  },
  {
    clause: 'the signal ends the loop',
    fault: 'makes an error of its own of the reason',
    client: throughEvents(async function* (events) {
      try {
        yield* events
      } catch (cause) {
        throw new Error('the watch was aborted', { cause })
      }
    }),
  },
  {
    clause: 'a slow consumer',
    fault: 'keeps everything',
    client: withOptions((options) => ({ ...options, bufferMax: 1_000_000 })),
  },
  {
    clause: 'close ends the client’s watches',
    fault: 'leaves its loops waiting',
    client: throughEvents(async function* (events) {
      try {
        yield* events
      } catch (error) {
        if (!SynodError.is(error, 'SYNOD_STOPPED')) throw error
        await new Promise(() => undefined)
      }
    }),
  },
  {
    clause: 'a watch goes on over broken connections',
    fault: 'misses what happens while it has no connection',
    client(inner) {
      let missing = 0
      return {
        broken: () => void (missing = 1),
        ...throughEvents(only(() => (missing -= 1) < 0))(inner),
      }
    },
  },
]
