import { SynodError } from '@synod/interface'
import type { ConfigIssue } from '@synod/interface'

/** Limits of a tree. */
export interface TreeOptions {
  /**
   * Shortest session timeout; a shorter wish is raised to it. Must be the same on all servers of a cluster.
   * @default 2000
   */
  readonly sessionTimeoutMinMs?: number
  /**
   * Longest session timeout; a longer wish is lowered to it. Must be the same on all servers of a cluster.
   * @default 60000
   */
  readonly sessionTimeoutMaxMs?: number
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
  sessionTimeoutMinMs: 2_000,
  sessionTimeoutMaxMs: 60_000,
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
  const { sessionTimeoutMinMs: min, sessionTimeoutMaxMs: max } = resolved
  if (min < 1) issues.push({ path: 'sessionTimeoutMinMs', message: `sessionTimeoutMinMs (${min}) must be at least 1` })
  if (min > max) {
    issues.push({ path: 'sessionTimeoutMinMs', message: `sessionTimeoutMinMs (${min}) must not exceed sessionTimeoutMaxMs (${max})` })
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
