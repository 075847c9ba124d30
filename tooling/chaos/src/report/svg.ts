/** Text that is safe inside HTML and SVG, attributes included. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A place on the time axis of one strip. */
export interface Axis {
  readonly from: number
  readonly to: number
  /** Where the axis begins, and how long it is, in pixels. */
  readonly left: number
  readonly width: number
}

/** The pixel of a moment, kept within the strip. */
export function pixel({ from, to, left, width }: Axis, at: number): number {
  return Math.round((left + ((Math.min(Math.max(at, from), to) - from) / (to - from)) * width) * 10) / 10
}

/** A bar with a tooltip. */
export function bar(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  look: string,
  tip: string,
): string {
  return `<rect class="${look}" x="${box.x}" y="${box.y}" width="${Math.max(box.width, 1)}" height="${box.height}" rx="1.5"><title>${escape(tip)}</title></rect>`
}

export function label(x: number, y: number, what: { readonly text: string; readonly look?: string }): string {
  return `<text class="${what.look ?? 'name'}" x="${x}" y="${y}">${escape(what.text)}</text>`
}

/** Spans of time as one path of vertical strokes, so that thousands of calls stay a small file; what shares a pixel is drawn once. */
export function strokes(
  axis: Axis,
  row: { readonly y: number; readonly height: number; readonly look: string },
  spans: readonly (readonly [number, number])[],
): string {
  const pieces: string[] = []
  let drawn = -1
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (to < axis.from || from > axis.to) continue
    const x = Math.max(pixel(axis, from), drawn)
    const end = Math.max(pixel(axis, to), x + 0.8)
    if (pixel(axis, to) <= drawn && drawn >= 0) continue
    pieces.push(`M${x} ${row.y}h${Math.round((end - x) * 10) / 10}v${row.height}h${Math.round((x - end) * 10) / 10}z`)
    drawn = end
  }
  return pieces.length === 0 ? '' : `<path class="${row.look}" d="${pieces.join('')}"/>`
}
