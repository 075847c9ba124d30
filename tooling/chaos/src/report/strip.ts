import type { Fault, Hold, Recording } from '../recording.ts'
import type { ServerSpan } from './server-spans.ts'
import { bar, escape, label, pixel, strokes } from './svg.ts'
import type { Axis } from './svg.ts'

const left = 92
const width = 1180
const serverHeight = 16
const faultHeight = 15
const clientHeight = 22
const rateHeight = 46
const binMs = 250

/** Everything that strips are drawn from, put in order once. */
export interface Drawn {
  readonly servers: readonly number[]
  readonly spans: readonly ServerSpan[]
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
  readonly faults: readonly Fault[]
  readonly clients: readonly ClientRow[]
  readonly locks: readonly { readonly lock: string; readonly holds: readonly Hold[] }[]
  /** Acknowledged calls per bin. */
  readonly rate: readonly number[]
  readonly rateMax: number
}

/** What one client did, as spans by how it ended. */
export interface ClientRow {
  readonly client: string
  readonly writes: readonly (readonly [number, number])[]
  readonly reads: readonly (readonly [number, number])[]
  readonly open: readonly (readonly [number, number])[]
  readonly refused: readonly (readonly [number, number])[]
}

/** Sorts a recording into rows. An open call is drawn for as long as its client waited at most. */
export function rowsOf(recording: Recording, spans: readonly ServerSpan[], gaps: Drawn['gaps']): Drawn {
  const { registers, reads, creations, refusals, holds } = recording
  const names = [...new Set([...registers, ...creations, ...refusals].map(({ client }) => String(client)))].sort((a, b) => (a < b ? -1 : 1))
  const answeredWrites = registers.filter((one) => one.op.kind !== 'get' && one.return !== null)
  const rate: number[] = []
  for (const { return: at } of [...answeredWrites, ...reads, ...creations.filter(({ outcome }) => outcome === 'kept')]) {
    const bin = Math.floor((at ?? 0) / binMs)
    while (rate.length <= bin) rate.push(0)
    rate[bin] = (rate[bin] ?? 0) + 1
  }
  const locks = [...new Set(holds.map(({ lock }) => lock))].sort((a, b) => (a < b ? -1 : 1))
  return {
    servers: [...new Set(spans.map(({ server }) => server))],
    spans,
    gaps,
    rate,
    faults: recording.faults,
    rateMax: rate.reduce((most, one) => Math.max(most, one), 1),
    clients: names.map((client) => ({
      client,
      writes: [...answeredWrites, ...creations.filter(({ outcome }) => outcome === 'kept')]
        .filter((one) => one.client === client)
        .map((one) => [one.call, one.return ?? one.call]),
      reads: reads.filter((one) => one.client === client).map((one) => [one.call, one.return]),
      open: [...registers, ...creations]
        .filter((one) => one.client === client && one.return === null)
        .map((one) => [one.call, one.call + 300]),
      refused: refusals.filter((one) => one.client === client).map((one) => [one.call, one.return]),
    })),
    locks: locks.map((lock) => ({ lock, holds: holds.filter((hold) => hold.lock === lock) })),
  }
}

/** One strip of the timeline as SVG: faults, servers, rate, clients and locks from one moment to another. */
export function strip(drawn: Drawn, from: number, to: number): string {
  const axis: Axis = { from, to, left, width }
  const parts: string[] = []
  let y = 18
  const height =
    18 +
    2 * faultHeight +
    8 +
    drawn.servers.length * (serverHeight + 3) +
    8 +
    rateHeight +
    8 +
    drawn.clients.length * (clientHeight + 3) +
    4 +
    drawn.locks.length * 13 +
    10
  parts.push(...ticks(axis, height))
  for (const gap of drawn.gaps) {
    if (gap.to < from || gap.from > to) continue
    const x = pixel(axis, gap.from)
    parts.push(
      bar(
        { x, y: 16, width: pixel(axis, gap.to) - x, height: height - 20 },
        'gap',
        `no write acknowledged for ${((gap.to - gap.from) / 1000).toFixed(2)} s`,
      ),
    )
  }
  for (const lane of ['process', 'link'] as const) {
    parts.push(label(4, y + 11, { text: lane === 'process' ? 'processes' : 'links' }))
    for (const fault of drawn.faults) if (fault.lane === lane) parts.push(faultBar(axis, fault, y))
    y += faultHeight
  }
  y += 8
  for (const server of drawn.servers) {
    parts.push(label(4, y + 12, { text: `server ${server}` }))
    for (const span of drawn.spans) if (span.server === server) parts.push(serverBar(axis, span, y))
    y += serverHeight + 3
  }
  y += 8
  parts.push(label(4, y + 12, { text: 'calls per s' }), rateArea(axis, drawn, y))
  y += rateHeight + 8
  for (const row of drawn.clients) {
    parts.push(clientRow(axis, row, y))
    y += clientHeight + 3
  }
  y += 4
  for (const { lock, holds } of drawn.locks) {
    parts.push(label(4, y + 9, { text: `lock ${lock.split('/').at(-1)}` }))
    for (const hold of holds) if (hold.to >= from && hold.from <= to) parts.push(holdBar(axis, hold, y))
    y += 13
  }
  return `<svg viewBox="0 0 ${left + width + 10} ${height}" role="img" aria-label="${escape(`timeline from ${from / 1000} to ${to / 1000} seconds`)}">${parts.join('')}</svg>`
}

function ticks(axis: Axis, height: number): string[] {
  const step = axis.to - axis.from > 40_000 ? 5_000 : 2_000
  const parts: string[] = []
  for (let at = Math.ceil(axis.from / step) * step; at <= axis.to; at += step) {
    const x = pixel(axis, at)
    parts.push(`<path class="tick" d="M${x} 14V${height - 4}"/>`, label(x + 2, 11, { text: `${at / 1000} s`, look: 'time' }))
  }
  return parts
}

function faultBar(axis: Axis, { from, to, lane, kind, label: text }: Fault, y: number): string {
  if (to < axis.from || from > axis.to) return ''
  const x = pixel(axis, from)
  const width = Math.max(pixel(axis, to) - x, 3)
  const shown = text.slice(0, Math.max(0, Math.floor((width - 6) / 5.4)))
  return (
    bar({ x, y, width, height: faultHeight - 3 }, `fault ${lane}`, `${text} (${kind}), ${((to - from) / 1000).toFixed(1)} s`) +
    (shown.length < 4 ? '' : label(x + 3, y + 9, { text: shown, look: 'on' }))
  )
}

function serverBar(axis: Axis, { server, from, to, state, epoch }: ServerSpan, y: number): string {
  if (to < axis.from || from > axis.to) return ''
  const x = pixel(axis, from)
  const width = pixel(axis, to) - x
  const text = state === 'leading' && width > 26 ? label(x + 4, y + 12, { text: `e${epoch}`, look: 'on' }) : ''
  const tip = `server ${server} ${state}${epoch > 0 ? `, epoch ${epoch}` : ''}, ${((to - from) / 1000).toFixed(2)} s`
  return bar({ x, y, width, height: serverHeight }, `server ${state}`, tip) + text
}

function rateArea(axis: Axis, { rate, rateMax }: Drawn, y: number): string {
  const points: string[] = []
  const base = y + rateHeight
  for (let bin = Math.floor(axis.from / binMs); bin * binMs < axis.to && bin < rate.length; bin += 1) {
    const height = Math.round(((rate[bin] ?? 0) / rateMax) * (rateHeight - 4) * 10) / 10
    points.push(`${pixel(axis, bin * binMs)} ${base - height}`, `${pixel(axis, (bin + 1) * binMs)} ${base - height}`)
  }
  if (points.length === 0) return ''
  const last = points.at(-1)?.split(' ')[0] ?? left
  return `<path class="rate" d="M${axis.left} ${base}L${points.join('L')}L${last} ${base}z"/>${label(axis.left + 3, y + 9, { text: `up to ${Math.round((rateMax * 1000) / binMs)}`, look: 'time' })}`
}

function clientRow(axis: Axis, { client, writes, reads, open, refused }: ClientRow, y: number): string {
  return [
    label(4, y + 14, { text: `client ${client.slice(1)}` }),
    `<rect class="lane" x="${left}" y="${y}" width="${width}" height="${clientHeight}"/>`,
    strokes(axis, { y, height: 10, look: 'writes' }, writes),
    strokes(axis, { y: y + 12, height: 10, look: 'reads' }, reads),
    strokes(axis, { y, height: clientHeight, look: 'refused' }, refused),
    strokes(axis, { y, height: 10, look: 'open' }, open),
  ].join('')
}

function holdBar(axis: Axis, { client, from, to, token, lost }: Hold, y: number): string {
  const x = pixel(axis, from)
  return bar(
    { x, y, width: pixel(axis, to) - x, height: 10 },
    `hold h${client.slice(1)}${lost ? ' lost' : ''}`,
    `${client} held the lock with token ${token}, ${((to - from) / 1000).toFixed(2)} s${lost ? ', and lost it' : ''}`,
  )
}
