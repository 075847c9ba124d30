/** Longest path in UTF-16 code units; a sequential name counts with its ten digits. */
export const pathLengthMax = 1024

/**
 * Why this is no path, or `null` when it is one. ZooKeeper's rules: absolute, no empty, `.` or `..` component, none of
 * the characters that cannot be printed; well-formed surrogate pairs are allowed here.
 *
 * `sequential`: the path of a sequential `create`, which may end in `/` (then its name is the number alone).
 */
export function validatePath(path: string, sequential = false): string | null {
  if (path.length === 0) return 'a path must not be empty'
  if (path.length > pathLengthMax) return `a path has at most ${pathLengthMax} characters, this one has ${path.length}`
  if (path.charCodeAt(0) !== slash) return `a path starts with /, not with ${JSON.stringify(path.charAt(0))}`
  if (path.length === 1) return null
  const end = sequential && path.charCodeAt(path.length - 1) === slash ? path.length - 1 : path.length
  let start = 1
  for (let at = 1; at <= end; at += 1) {
    const unit = at === end ? slash : path.charCodeAt(at)
    if (unit === slash) {
      const problem = componentProblem(path, start, at)
      if (problem !== null) return problem
      start = at + 1
    } else if (unit < 0x20 || unit >= 0x7f) {
      const length = characterLength(path, at)
      if (length === 0) return `character U+${unit.toString(16).toUpperCase().padStart(4, '0')} at ${at} is not allowed in a path`
      at += length - 1
    }
  }
  return null
}

/** The path of the node above; of the root, the root. The path must be valid. */
export function parentOf(path: string): string {
  const last = path.lastIndexOf('/')
  return last <= 0 ? '/' : path.slice(0, last)
}

/** The last component; `''` for the root. The path must be valid. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The path of a child. Both must be valid. */
export function childOf(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`
}

const slash = 0x2f
const dot = 0x2e

function componentProblem(path: string, start: number, end: number): string | null {
  const length = end - start
  if (length === 0) return end === path.length ? 'a path must not end in /' : `a path has no empty component (at ${start})`
  if (length > 2 || path.charCodeAt(start) !== dot || path.charCodeAt(end - 1) !== dot) return null
  return `a path has no ${path.slice(start, end)} component (at ${start})`
}

/** Code units of the character at `at`; 0 when it is not allowed. */
function characterLength(path: string, at: number): number {
  const unit = path.charCodeAt(at)
  if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f) || unit >= 0xfff0) return 0
  if (unit < 0xd800 || unit > 0xf8ff) return 1
  if (unit >= 0xdc00) return 0
  const next = path.charCodeAt(at + 1)
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 0
}
