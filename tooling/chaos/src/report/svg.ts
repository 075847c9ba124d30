/** Text that is safe inside HTML and SVG, attributes included. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A place on the time axis of one picture. */
export interface Axis {
  readonly from: number
  readonly to: number
  /** Where the axis begins, and how long it is, in pixels. */
  readonly left: number
  readonly width: number
}

/** From one moment to another. */
export type Span = readonly [from: number, to: number]

/** The times of whatever has a beginning and an end. */
export function spanOf({ from, to }: { readonly from: number; readonly to: number }): Span {
  return [from, to]
}

/** A moment of the run as minutes and seconds. */
export function clock(ms: number): string {
  return `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`
}

/** The pixel of a moment, kept within the picture. */
export function pixel({ from, to, left, width }: Axis, at: number): number {
  return Math.round((left + ((Math.min(Math.max(at, from), to) - from) / (to - from)) * width) * 10) / 10
}

/** Whether any of it is in the picture. */
export function isInside({ from, to }: Axis, [begin, end]: Span): boolean {
  return end >= from && begin <= to
}

/** A bar with a tooltip. */
export function bar(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  look: string,
  tip: string,
): string {
  return `<rect class="${look}" x="${box.x}" y="${box.y}" width="${round(Math.max(box.width, 1))}" height="${box.height}" rx="1.5"><title>${escape(tip)}</title></rect>`
}

export function label(x: number, y: number, what: { readonly text: string; readonly look?: string }): string {
  return `<text class="${what.look ?? 'name'}" x="${x}" y="${y}">${escape(what.text)}</text>`
}

/**
 * Spans of time as one thick dashed line, in steps of a pixel or of a half: thousands of calls stay a small file, and what shares a pixel
 * is drawn once. `y` is the top.
 */
export function strokes(
  axis: Axis,
  row: { readonly y: number; readonly height: number; readonly look: string; readonly step?: number },
  spans: readonly Span[],
): string {
  const { step = 1 } = row
  const snap = (at: number): number => Math.round(pixel(axis, at) / step)
  const pieces: string[] = []
  let drawn = -1
  const seen = spans.filter((span) => isInside(axis, span)).sort((a, b) => a[0] - b[0])
  for (const [begin, end] of mergedPixels(seen.map(([from, to]) => [snap(from), Math.max(snap(to), snap(from) + 1)]))) {
    pieces.push(drawn < 0 ? `M${begin * step} ${row.y + row.height / 2}` : `m${(begin - drawn) * step} 0`, `h${(end - begin) * step}`)
    drawn = end
  }
  return pieces.length === 0 ? '' : `<path class="line ${row.look}" stroke-width="${row.height}" d="${pieces.join('')}"/>`
}

/** Spans by how they look, one line for each look. */
export function layers<T>(
  spans: readonly T[],
  of: { readonly look: (one: T) => string; readonly span: (one: T) => Span },
  draw: (look: string, spans: readonly Span[]) => string,
): string {
  const byLook = new Map<string, Span[]>()
  for (const one of spans) byLook.set(of.look(one), [...(byLook.get(of.look(one)) ?? []), of.span(one)])
  return [...byLook].map(([look, its]) => draw(look, its)).join('')
}

/** To a tenth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}

function mergedPixels(ascending: readonly Span[]): Span[] {
  const merged: [number, number][] = []
  for (const [begin, end] of ascending) {
    const last = merged.at(-1)
    if (last !== undefined && begin <= last[1]) last[1] = Math.max(last[1], end)
    else merged.push([begin, end])
  }
  return merged
}
