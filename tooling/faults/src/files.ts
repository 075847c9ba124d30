import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a folder with size and hash, to see whether anything was touched. Of stores that no process of ours holds open. */
export function filesOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {}
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(names.map((name) => [name, describe(join(folder, name))]))
}

function describe(path: string): string {
  if (statSync(path).isDirectory()) return 'folder'
  const bytes = readFileSync(path)
  return `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex')}`
}
