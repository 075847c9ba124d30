import { readFileSync } from 'node:fs'

/** Whether a process is there and not merely waiting to be buried. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}

/** Looks again and again until it holds; fails with what it waited for. */
export async function eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`${what}: not within 20 s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
