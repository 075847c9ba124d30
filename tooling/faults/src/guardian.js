// Cleans up for a test: told by lines of JSON what to kill, unmount and remove, it does so when its standard input ends,
// which happens when the test says so and when the test's process dies. It outlives Ctrl-C: the test starts it in a session of its own.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

const pids = new Set()
const mounts = []
const folders = []

for await (const line of createInterface({ input: process.stdin })) {
  const { watch, forget, mount, folder } = JSON.parse(line)
  if (watch !== undefined) pids.add(watch)
  if (forget !== undefined) pids.delete(forget)
  if (mount !== undefined) mounts.push(mount)
  if (folder !== undefined) folders.push(folder)
}

for (const pid of pids) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
for (const mount of mounts.reverse()) spawnSync('umount', ['--lazy', mount])
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
