// Preloaded (`node --import`) into the job, so that it ends even when the launcher is killed with SIGKILL and can tell nobody.
import { isMainThread } from 'node:worker_threads'
import { POLL_MS } from './ancestors.js'
import { GRACE_MS } from './children.js'

if (isMainThread) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref()
    process.kill(process.pid, 'SIGTERM')
  }, POLL_MS)
  timer.unref()
}
