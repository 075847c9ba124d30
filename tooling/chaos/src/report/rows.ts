import type { Fault, Hold, Recording } from '../recording.ts'
import type { ServerSpan } from './server-spans.ts'
import type { Span } from './svg.ts'

/** Calls are counted in bins of this length. */
export const binMs = 250

/** A time without an acknowledged write. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** What one client did, as spans by how it ended. */
export interface ClientRow {
  readonly client: string
  readonly writes: readonly Span[]
  readonly reads: readonly Span[]
  readonly open: readonly Span[]
  readonly refused: readonly Span[]
}

/** Everything that pictures are drawn from, put in order once. */
export interface Drawn {
  readonly servers: readonly number[]
  readonly spans: readonly ServerSpan[]
  readonly gaps: readonly Gap[]
  readonly faults: readonly Fault[]
  readonly clients: readonly ClientRow[]
  readonly locks: readonly { readonly lock: string; readonly holds: readonly Hold[] }[]
  /** Acknowledged calls per bin. */
  readonly rate: readonly number[]
}

/** A call of unknown outcome is drawn so long: nobody knows when, or whether, it took effect. */
const openMs = 300

/** Sorts a recording into rows. */
export function rowsOf(recording: Recording, spans: readonly ServerSpan[], gaps: readonly Gap[]): Drawn {
  const { registers, reads, creations, refusals, holds } = recording
  const names = [...new Set([...registers, ...creations, ...refusals].map(({ client }) => String(client)))].sort((a, b) => (a < b ? -1 : 1))
  const kept = creations.filter(({ outcome }) => outcome === 'kept')
  const writes = [...registers.filter((one) => one.op.kind !== 'get' && one.return !== null), ...kept]
  const rate: number[] = []
  for (const { return: at } of [...writes, ...reads]) {
    const bin = Math.floor((at ?? 0) / binMs)
    while (rate.length <= bin) rate.push(0)
    rate[bin] = (rate[bin] ?? 0) + 1
  }
  const locks = [...new Set(holds.map(({ lock }) => lock))].sort((a, b) => (a < b ? -1 : 1))
  const open = [...registers, ...creations].filter((one) => one.return === null)
  return {
    servers: [...new Set(spans.map(({ server }) => server))],
    spans,
    gaps,
    rate,
    faults: recording.faults,
    clients: names.map((client) => {
      const by = <T extends { readonly client: string | number }>(list: readonly T[]): T[] => list.filter((one) => one.client === client)
      return {
        client,
        writes: by(writes).map((one) => [one.call, one.return ?? one.call]),
        reads: by(reads).map((one) => [one.call, one.return]),
        open: by(open).map((one) => [one.call, one.call + openMs]),
        refused: by(refusals).map((one) => [one.call, one.return]),
      }
    }),
    locks: locks.map((lock) => ({ lock, holds: holds.filter((hold) => hold.lock === lock) })),
  }
}
