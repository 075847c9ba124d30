// Started beside the benchmark, in a process group of its own: when the benchmark ends, however it ends, it ends what that has left behind.
import { rmSync } from 'node:fs'
import type { GuardianMessage } from './ensembles/guard.ts'

const pids = new Set<number>()
const folders = new Set<string>()

process.on('message', (message: GuardianMessage) => {
  if ('watch' in message) pids.add(message.watch)
  else if ('forget' in message) pids.delete(message.forget)
  else folders.add(message.folder)
})

process.on('disconnect', () => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  process.exit()
})
