/** One row of a table in `docs/scenarios`; the texts are as they stand there. */
export interface Row {
  readonly name: string
  readonly origin: string
  readonly story: string
  readonly shownBy: string
  readonly redWhen: string
}

/** One part of what stands under _shown by_. */
export type Shown =
  | { readonly kind: 'test'; readonly path: string; readonly title: string }
  | { readonly kind: 'reason'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly text: string }

/** The rows of a Markdown text that begin with the name of a scenario, as `S9` or `A46`. A row without five cells is an error. */
export function readRows(markdown: string): Row[] {
  return markdown
    .split('\n')
    .filter((line) => /^\|\s*[SA]\d+\s*\|/.test(line))
    .map((line) => {
      const cells = line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim())
      const [name = '', origin = '', story = '', shownBy = '', redWhen = ''] = cells
      if (cells.length !== 5) throw new Error(`${name} has ${cells.length} cells instead of 5`)
      return { name, origin, story, shownBy, redWhen }
    })
}

/** Takes a _shown by_ apart; the forms are explained in `docs/scenarios/README.md`. */
export function parseShownBy(text: string): Shown[] {
  return text.split('<br>').map((part): Shown => {
    const trimmed = part.trim()
    const test = /^`([^`]+)` "([^"]+)"$/.exec(trimmed)
    if (test !== null) return { kind: 'test', path: test[1] ?? '', title: test[2] ?? '' }
    if (/^(unrepresentable|later): \S/.test(trimmed)) return { kind: 'reason', text: trimmed }
    return { kind: 'unreadable', text: trimmed }
  })
}
