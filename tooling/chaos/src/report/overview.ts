import type { Drawn } from './rows.ts'
import { gapLines, left, rateArea, width } from './strip.ts'
import { clock, label, layers, pixel, spanOf, strokes } from './svg.ts'
import type { Axis } from './svg.ts'

const serverHeight = 9
const faultHeight = 10
const rateHeight = 44
/** No more than so many steps of the area of calls. */
const stepsMax = 590

/** The whole run in one picture: faults, who led, how many calls. Each part is a link to the strip that tells it in full. */
export function overview(drawn: Drawn, end: number, stripMs: number): string {
  const axis: Axis = { from: 0, to: end, left, width }
  const height = 40 + 2 * faultHeight + drawn.servers.length * (serverHeight + 2) + rateHeight
  const parts = [gapLines(axis, drawn, height)]
  let y = 18
  for (const lane of ['process', 'link'] as const) {
    const spans = drawn.faults.filter((fault) => fault.lane === lane).map(spanOf)
    parts.push(label(4, y + 8, { text: lane === 'process' ? 'processes' : 'links' }))
    parts.push(strokes(axis, { y, height: faultHeight - 2, look: `fault ${lane}`, step: 0.5 }, spans))
    y += faultHeight
  }
  y += 6
  for (const server of drawn.servers) {
    const its = drawn.spans.filter((span) => span.server === server)
    parts.push(label(4, y + 8, { text: `server ${server}` }))
    parts.push(
      layers(its, { look: ({ state }) => state, span: spanOf }, (look, spans) =>
        strokes(axis, { y, height: serverHeight, look: `server ${look}`, step: 0.5 }, spans),
      ),
    )
    y += serverHeight + 2
  }
  y += 4
  const binsPerStep = Math.max(1, Math.ceil(drawn.rate.length / stepsMax))
  parts.push(label(4, y + 12, { text: 'calls per s' }), rateArea(axis, drawn, { y, height: rateHeight, binsPerStep }))
  for (let from = 0; from < end; from += stripMs) {
    const x = pixel(axis, from)
    const to = Math.min(from + stripMs, end)
    parts.push(
      `<path class="tick" d="M${x} 14V${height - 4}"/>`,
      `<a href="#t${from / 1000}"><rect class="door" x="${x}" y="0" width="${pixel(axis, to) - x}" height="${height}"><title>${clock(from)} to ${clock(to)}</title></rect></a>`,
      pixel(axis, from + stripMs) - x > 30 || (from / stripMs) % 2 === 0 ? label(x + 2, 11, { text: clock(from), look: 'time' }) : '',
    )
  }
  return `<svg viewBox="0 0 ${left + width + 10} ${height}" role="img" aria-label="the whole run">${parts.join('')}</svg>`
}
