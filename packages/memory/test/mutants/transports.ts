import type { Transport, TransportHandlers, TransportIdentity } from '@synod/interface'
import type { Mutant } from './collect.ts'

/** Makes a faulty transport of a good one; `life` counts the transports made for its id. */
export type TransportFault = (inner: Transport, life: number) => Partial<Transport>

export interface TransportMutant {
  readonly fault: TransportFault
  readonly queueBytesMax?: number
}

/** The good transport, but for what the fault overrides. */
export function faulty(inner: Transport, overrides: Partial<Transport>): Transport {
  return {
    start: (identity, handlers) => inner.start(identity, handlers),
    send: (to, frame, lane) => inner.send(to, frame, lane),
    disconnect: (peer, reason) => inner.disconnect(peer, reason),
    roundTripMicros: (peer) => inner.roundTripMicros(peer),
    stats: () => inner.stats(),
    stop: () => inner.stop(),
    ...overrides,
  }
}

/** A fault in what the owner is told. */
function telling(change: (handlers: TransportHandlers) => Partial<TransportHandlers>): TransportFault {
  return (inner) => ({
    start: (identity, handlers) =>
      inner.start(identity, {
        onFrame: (from, frame) => handlers.onFrame(from, frame),
        onOpened: (peer, incarnation) => handlers.onOpened(peer, incarnation),
        onClosed: (peer, incarnation) => handlers.onClosed(peer, incarnation),
        onRefused: (peer) => handlers.onRefused(peer),
        onRejected: (peer, error) => handlers.onRejected(peer, error),
        ...change(handlers),
      }),
  })
}

/** A fault in how it introduces itself. */
function posing(change: (identity: () => TransportIdentity) => () => TransportIdentity): TransportFault {
  return (inner) => ({ start: (identity, handlers) => inner.start(change(identity), handlers) })
}

function reusingBuffer(handlers: TransportHandlers): Partial<TransportHandlers> {
  const buffer = new Uint8Array(4096)
  return {
    onFrame(from, frame) {
      if (frame.length > buffer.length) return handlers.onFrame(from, frame)
      buffer.set(frame)
      handlers.onFrame(from, buffer.subarray(0, frame.length))
    },
  }
}

function blockedByTheAbsent(inner: Transport): Partial<Transport> {
  const open = new Set<number>()
  let blocked = false
  return {
    start: (identity, handlers) =>
      inner.start(identity, {
        ...handlers,
        onOpened: (peer, incarnation) => {
          open.add(peer)
          handlers.onOpened(peer, incarnation)
        },
      }),
    send(to, frame, lane) {
      blocked ||= !open.has(to)
      if (!blocked) inner.send(to, frame, lane)
    },
  }
}

function firstOnly(handlers: TransportHandlers): Partial<TransportHandlers> {
  const told = new Set<number>()
  return { onRefused: (peer) => (told.has(peer) ? undefined : (told.add(peer), handlers.onRefused(peer))) }
}

function onceRead(identity: () => TransportIdentity): () => TransportIdentity {
  let first: TransportIdentity | undefined
  return () => (first ??= identity())
}

const withFault = (fault: TransportFault, queueBytesMax?: number): TransportMutant =>
  queueBytesMax === undefined ? { fault } : { fault, queueBytesMax }

/** One for each clause of the transport's contract, and some more. */
export const transportMutants: readonly Mutant<TransportMutant>[] = [
  {
    clause: 'never alters',
    fault: 'flips a bit in large frames',
    adapter: withFault(
      telling((handlers) => ({
        onFrame: (from, frame) =>
          handlers.onFrame(from, frame.length < 65_536 ? frame : frame.map((byte, at) => (at === 65_535 ? byte ^ 1 : byte))),
      })),
    ),
  },
  {
    clause: 'never delivers',
    fault: 'takes server 3 for server 1',
    adapter: withFault(telling((handlers) => ({ onFrame: (from, frame) => handlers.onFrame(from === 3 ? 1 : from, frame) }))),
  },
  { clause: 'leaves the bytes', fault: 'uses its receive buffer again', adapter: withFault(telling(reusingBuffer)) },
  {
    clause: 'leaves the bytes',
    fault: 'masks the bytes of its sender in place',
    adapter: withFault((inner) => ({ send: (to, frame, lane) => (inner.send(to, frame.slice(), lane), void frame.fill(0)) })),
  },
  {
    clause: 'send never throws',
    fault: 'throws for a peer that is away',
    adapter: withFault((inner) => ({
      send(to, frame, lane) {
        const before = inner.stats().framesDropped
        inner.send(to, frame, lane)
        if (inner.stats().framesDropped > before) throw new Error('not connected')
      },
    })),
  },
  {
    clause: 'send never throws',
    fault: 'calls back synchronously',
    adapter: withFault((inner) => {
      let told: TransportHandlers | undefined
      return {
        start: (identity, handlers) => inner.start(identity, (told = handlers)),
        send: (to) => told?.onRefused(to),
      }
    }),
  },
  { clause: 'queues are bounded', fault: 'queues without a bound', adapter: withFault(() => ({}), Number.MAX_SAFE_INTEGER) },
  {
    clause: 'a server that is away',
    fault: 'waits for a peer that is away before it sends to others',
    adapter: withFault(blockedByTheAbsent),
  },
  {
    clause: 'counts frames',
    fault: 'counts nothing',
    adapter: withFault((inner) => ({ stats: () => ({ ...inner.stats(), framesSent: 0, framesReceived: 0 }) })),
  },
  {
    clause: 'tells both ends',
    fault: 'takes every peer to be in its first life',
    adapter: withFault(telling((handlers) => ({ onOpened: (peer) => handlers.onOpened(peer, 1) }))),
  },
  { clause: 'tells of every failed try', fault: 'tells of the first refusal only', adapter: withFault(telling(firstOnly)) },
  {
    clause: 'a transport that stops',
    fault: 'does not tell that a connection was closed',
    adapter: withFault(telling(() => ({ onClosed() {} }))),
  },
  {
    clause: 'frames arrive over',
    fault: 'is deaf in its second life',
    adapter: withFault((inner, life) => (life === 1 ? {} : telling(() => ({ onFrame() {} }))(inner, life))),
  },
  { clause: 'disconnect closes', fault: 'does not disconnect', adapter: withFault(() => ({ disconnect() {} })) },
  { clause: 'reads the identity', fault: 'reads its identity once', adapter: withFault(posing(onceRead)) },
  {
    clause: 'turns away',
    fault: 'does not look at the cluster',
    adapter: withFault(posing((own) => () => ({ ...own(), clusterId: '', clusterName: 'any' }))),
  },
  {
    clause: 'does not compare',
    fault: 'takes a blank cluster id for an id',
    adapter: withFault(posing((own) => () => ({ ...own(), clusterId: own().clusterId === '' ? 'blank' : own().clusterId }))),
  },
  {
    clause: 'start rejects',
    fault: 'takes an address that is in use for its own',
    adapter: withFault((inner) => ({ start: (identity, handlers) => inner.start(identity, handlers).catch(() => {}) })),
  },
  {
    clause: 'says nothing after stop',
    fault: 'stops when it has nothing better to do',
    adapter: withFault((inner) => ({ stop: async () => void setTimeout(() => void inner.stop(), 5) })),
  },
]
