import type { CoordinationClient, Session, Watch, WatchEvent, WatchOptions } from '@synod/interface/coordination'
import { singlePlace } from '../single-place.ts'
import type { SinglePlace } from '../single-place.ts'

/** What is wrong with a client; `broken` runs when its connection breaks. */
export type Flaw = Partial<CoordinationClient> & { broken?(): void }

/** Makes the flaw of one client of a real one. */
export type ClientFault = (inner: CoordinationClient) => Flaw

/** A service whose clients are real, but for what the fault overrides. */
export async function faultyPlace(fault: ClientFault): Promise<SinglePlace> {
  const place = await singlePlace()
  const inners = new Map<CoordinationClient, { readonly inner: CoordinationClient; readonly flaw: Flaw }>()
  const innerOf = (client: CoordinationClient): CoordinationClient => inners.get(client)?.inner ?? client
  return {
    ...place,
    async client(options) {
      const inner = await place.client(options)
      const flaw = fault(inner)
      const client = { ...plain(inner), ...flaw }
      inners.set(client, { inner, flaw })
      return client
    },
    async interrupt(client) {
      inners.get(client)?.flaw.broken?.()
      await place.interrupt(innerOf(client))
    },
    isolate: (client) => place.isolate(innerOf(client)),
  }
}

function plain(inner: CoordinationClient): CoordinationClient {
  return {
    session: inner.session,
    create: (path, data, options) => inner.create(path, data, options),
    get: (path, options) => inner.get(path, options),
    set: (path, data, options) => inner.set(path, data, options),
    delete: (path, options) => inner.delete(path, options),
    exists: (path, options) => inner.exists(path, options),
    list: (path, options) => inner.list(path, options),
    multi: (operations, options) => inner.multi(operations, options),
    watch: (path, options) => inner.watch(path, options),
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner.close(),
  }
}

/** A watch whose events pass through `change`. */
export function throughEvents(
  change: (events: AsyncIterable<WatchEvent>) => AsyncIterable<WatchEvent>,
): (inner: CoordinationClient) => Pick<CoordinationClient, 'watch'> {
  return (inner) => ({ watch: (path, options) => changed(inner.watch(path, options), change) })
}

/** This watch, read through `change`. */
export function changed(watch: Watch, change: (events: AsyncIterable<WatchEvent>) => AsyncIterable<WatchEvent>): Watch {
  const events = change(watch)
  return {
    ready: watch.ready,
    close: () => watch.close(),
    [Symbol.asyncDispose]: () => watch.close(),
    [Symbol.asyncIterator]: () => events[Symbol.asyncIterator](),
  }
}

/** A watch with other options than were asked for. */
export function withOptions(change: (options: WatchOptions) => WatchOptions): ClientFault {
  return (inner) => ({ watch: (path, options = {}) => inner.watch(path, change(options)) })
}

/** A session that differs in some fields. */
export function withSession(change: (session: Session) => Partial<Session>): ClientFault {
  return (inner) => {
    const { session } = inner
    const own = {
      get id() {
        return session.id
      },
      get timeoutMs() {
        return session.timeoutMs
      },
      get deadline() {
        return session.deadline
      },
      get held() {
        return session.held
      },
      get signal() {
        return session.signal
      },
    }
    return { session: Object.defineProperties(own, Object.getOwnPropertyDescriptors(change(session))) }
  }
}
