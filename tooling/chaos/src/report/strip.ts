import type { Fault, Hold } from '../recording.ts'
import { binMs } from './rows.ts'
import type { ClientRow, Drawn } from './rows.ts'
import type { ServerSpan } from './server-spans.ts'
import { bar, clock, escape, isInside, label, layers, pixel, round, spanOf, strokes } from './svg.ts'
import type { Axis } from './svg.ts'

/** Left of the time axis, for names, and its length; in pixels. */
export const left = 92
export const width = 1180
const serverHeight = 16
const faultHeight = 15
const clientHeight = 22
const lockHeight = 13
const rateHeight = 46

/** One strip of the timeline as SVG: faults, servers, rate, clients and locks from one moment to another. */
export function strip(drawn: Drawn, from: number, to: number): string {
  const axis: Axis = { from, to, left, width }
  const height =
    48 +
    2 * faultHeight +
    drawn.servers.length * (serverHeight + 3) +
    rateHeight +
    drawn.clients.length * (clientHeight + 3) +
    drawn.locks.length * lockHeight
  const parts = [...ticks(axis, height), gapLines(axis, drawn, height)]
  let y = 18
  for (const lane of ['process', 'link'] as const) {
    parts.push(label(4, y + 11, { text: lane === 'process' ? 'processes' : 'links' }))
    for (const fault of drawn.faults) if (fault.lane === lane) parts.push(faultBar(axis, fault, y))
    y += faultHeight
  }
  y += 8
  for (const server of drawn.servers) {
    const its = drawn.spans.filter((span) => span.server === server && isInside(axis, spanOf(span)))
    parts.push(label(4, y + 12, { text: `server ${server}` }), serverRow(axis, its, y))
    y += serverHeight + 3
  }
  y += 8
  parts.push(label(4, y + 12, { text: 'calls per s' }), rateArea(axis, drawn, { y, height: rateHeight, binsPerStep: 1 }))
  y += rateHeight + 8
  for (const row of drawn.clients) {
    parts.push(clientRow(axis, row, y))
    y += clientHeight + 3
  }
  y += 4
  for (const { lock, holds } of drawn.locks) {
    parts.push(label(4, y + 9, { text: `lock ${lock.split('/').at(-1)}` }), lockRow(axis, holds, y))
    y += lockHeight
  }
  return `<svg viewBox="0 0 ${left + width + 10} ${height}" role="img" aria-label="${escape(`timeline from ${from / 1000} to ${to / 1000} seconds`)}">${parts.join('')}</svg>`
}

/** Times without an acknowledged write, from top to bottom. */
export function gapLines(axis: Axis, { gaps }: Drawn, height: number): string {
  return strokes(axis, { y: 16, height: height - 20, look: 'gap' }, gaps.map(spanOf))
}

/** Acknowledged calls as an area; its height is the most there was in the whole run. */
export function rateArea(
  axis: Axis,
  { rate }: Drawn,
  { y, height, binsPerStep }: { readonly y: number; readonly height: number; readonly binsPerStep: number },
): string {
  const sums: number[] = []
  for (const [bin, count] of rate.entries()) {
    const step = Math.floor(bin / binsPerStep)
    sums[step] = (sums[step] ?? 0) + count
  }
  const most = sums.reduce((greatest, one) => Math.max(greatest, one), 1)
  const stepMs = binMs * binsPerStep
  const first = Math.floor(axis.from / stepMs)
  const shown = sums.slice(first, Math.ceil(axis.to / stepMs))
  if (shown.length === 0) return ''
  const pieces: string[] = []
  let level = 0
  let at = axis.left
  for (const [step, sum] of shown.entries()) {
    const next = Math.round((sum / most) * (height - 4))
    const end = pixel(axis, (first + step + 1) * stepMs)
    pieces.push(next === level ? '' : `v${level - next}`, `h${round(end - at)}`)
    level = next
    at = end
  }
  const perSecond = Math.round((most * 1000) / stepMs)
  return `<path class="rate" d="M${axis.left} ${y + height}${pieces.join('')}V${y + height}z"/>${label(axis.left + 3, y + 9, { text: `up to ${perSecond}`, look: 'time' })}`
}

function ticks(axis: Axis, height: number): string[] {
  const step = axis.to - axis.from > 40_000 ? 5_000 : 2_000
  const parts: string[] = []
  for (let at = Math.ceil(axis.from / step) * step; at < axis.to; at += step) {
    const x = pixel(axis, at)
    parts.push(`<path class="tick" d="M${x} 14V${height - 4}"/>`, label(x + 2, 11, { text: clock(at), look: 'time' }))
  }
  return parts
}

function faultBar(axis: Axis, { from, to, lane, kind, who, label: text }: Fault, y: number): string {
  if (!isInside(axis, [from, to])) return ''
  const x = pixel(axis, from)
  const length = Math.max(pixel(axis, to) - x, 3)
  const fits = Math.floor((length - 6) / 5.4)
  const shown = text.length <= fits ? text : `${text.slice(0, Math.max(0, fits - 1)).trimEnd()}…`
  return (
    bar(
      { x, y, width: length, height: faultHeight - 3 },
      `fault ${lane}`,
      `${text} (${kind}: ${who}), ${((to - from) / 1000).toFixed(1)} s`,
    ) + (fits < 4 ? '' : label(x + 3, y + 9, { text: shown, look: 'on' }))
  )
}

function serverRow(axis: Axis, spans: readonly ServerSpan[], y: number): string {
  const row = layers(spans, { look: ({ state }) => state, span: spanOf }, (look, its) =>
    strokes(axis, { y, height: serverHeight, look: `server ${look}`, step: 0.5 }, its),
  )
  const epochs = spans
    .filter(({ state }) => state === 'leading')
    .map((span) => ({ ...span, x: pixel(axis, span.from), end: pixel(axis, span.to) }))
    .filter(({ x, end }) => end - x > 26)
    .map(({ x, epoch }) => label(x + 4, y + 12, { text: `e${epoch}`, look: 'on' }))
  return row + epochs.join('')
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

function lockRow(axis: Axis, holds: readonly Hold[], y: number): string {
  const shown = holds.filter((hold) => isInside(axis, spanOf(hold)))
  const kept = layers(shown, { look: ({ client }) => `h${client.slice(1)}`, span: spanOf }, (look, its) =>
    strokes(axis, { y, height: 10, look, step: 0.5 }, its),
  )
  return kept + shown.map((hold) => (hold.lost ? lostHold(axis, hold, y) : '')).join('')
}

function lostHold(axis: Axis, { client, from, to, token }: Hold, y: number): string {
  const x = pixel(axis, from)
  return bar(
    { x, y, width: pixel(axis, to) - x, height: 10 },
    'lost',
    `${client} held the lock with token ${token} for ${((to - from) / 1000).toFixed(2)} s, and lost it`,
  )
}
