/** One fenced TypeScript block of a document. */
export interface Snippet {
  /** Path of the document from the root. */
  readonly file: string
  /** Line of its first line of code, from 1. */
  readonly line: number
  readonly code: string
  /** What is done with it: ` ```ts ` is compiled, ` ```ts run ` is also run, ` ```ts excerpt ` is neither. */
  readonly mode: 'compile' | 'run' | 'excerpt'
  /** What a run must print, when a ` ```text output ` block follows: `…` in it stands for anything. */
  readonly output: string | undefined
}

interface Block {
  readonly info: string
  readonly line: number
  readonly text: string
}

const FENCE = /^(?<indent> *)(?<ticks>`{3,})(?<info>[^\n`]*)\n(?<text>[\s\S]*?)^\k<indent>\k<ticks> *$/gm

/**
 * Finds the TypeScript blocks of a Markdown document.
 *
 * @throws when a block has an info string that means nothing, since it would go unchecked without anybody noticing
 */
export function extractSnippets(file: string, markdown: string): Snippet[] {
  const blocks = [...markdown.matchAll(FENCE)].map((match) => toBlock(markdown, match))
  return blocks.flatMap(({ info, line, text }, position) => {
    const [language = '', ...rest] = info.split(/\s+/)
    if (!['ts', 'typescript', 'mts'].includes(language)) return []
    const mode = rest.join(' ') || 'compile'
    if (language !== 'ts' || !isMode(mode)) throw new Error(`${file}:${line}: "${info}" is not known; there are ts, ts run and ts excerpt`)
    const next = blocks[position + 1]
    return [{ file, line, code: text, mode, output: next?.info === 'text output' ? next.text : undefined }]
  })
}

function toBlock(markdown: string, match: RegExpExecArray): Block {
  const { indent = '', info = '', text = '' } = match.groups ?? {}
  const line = markdown.slice(0, match.index).split('\n').length + 1
  return { info: info.trim(), line, text: indent === '' ? text : text.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
}

function isMode(mode: string): mode is Snippet['mode'] {
  return mode === 'compile' || mode === 'run' || mode === 'excerpt'
}

/** Whether what a program printed is what its document says. */
export function matchesOutput(expected: string, printed: string): boolean {
  const pattern = expected
    .trimEnd()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^\\n]*')
  return new RegExp(`^${pattern}$`).test(printed.trimEnd())
}
