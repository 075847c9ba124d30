import { SynodError } from '@synod/interface'
import type { ConfigIssue } from '@synod/interface'

/** Limits of a tree. Only of what is not replicated: nothing here may change what an entry does. */
export interface TreeOptions {
  /**
   * Events kept for watches that resume. 0 keeps none.
   * @default 50000
   */
  readonly historyEventsMax?: number
  /**
   * Memory for those events, estimated.
   * @default 16777216
   */
  readonly historyBytesMax?: number
}

/** `TreeOptions` with every default filled in. */
export type ResolvedTreeOptions = Required<TreeOptions>

const defaults: ResolvedTreeOptions = {
  historyEventsMax: 50_000,
  historyBytesMax: 16 * 1024 * 1024,
}

/** Fills in the defaults; throws one `SYNOD_INVALID_CONFIG` that lists every issue. */
export function resolveTreeOptions(options: TreeOptions): ResolvedTreeOptions {
  const issues: ConfigIssue[] = []
  const resolved: { -readonly [K in keyof ResolvedTreeOptions]: ResolvedTreeOptions[K] } = { ...defaults }
  for (const [path, value] of Object.entries(options)) {
    if (!isOption(path)) issues.push({ path, message: `unknown option ${path}; known are ${Object.keys(defaults).join(', ')}` })
    else if (value === undefined) continue
    else if (!Number.isSafeInteger(value) || value < 0) issues.push({ path, message: `${path} (${shown(value)}) must be an integer ≥ 0` })
    else resolved[path] = value
  }
  if (issues.length === 0) return Object.freeze(resolved)
  throw new SynodError('SYNOD_INVALID_CONFIG', `invalid options of the tree: ${issues.map((one) => one.message).join('; ')}`, { issues })
}

function isOption(path: string): path is keyof ResolvedTreeOptions {
  return Object.hasOwn(defaults, path)
}

/** A wrong value for a message. An object is only named: its own `toString` may be anything. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}
