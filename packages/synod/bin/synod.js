#!/usr/bin/env node
// Checked in and runnable by any Node.js, so that `npx synod` can say what to do before the first build, and on a version that is too old.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const cli = new URL('../dist/cli.js', import.meta.url)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (!existsSync(cli)) {
  process.stderr.write(
    'synod is not built yet. Run "npm run build" (or "npm start") in the top folder of the repository, then try again.\n',
  )
  process.exitCode = 2
} else if (major > 22 || (major === 22 && minor >= 14)) {
  module.enableCompileCache?.()
  if (process.env['SYNOD_RUN_BY'] === String(process.ppid)) endWithParent()
  await import(cli.href)
} else {
  const node = bundledNode()
  if (node === null) {
    process.stderr.write(`synod: Node.js 22.14 or newer is required, this is ${process.versions.node} (SYNOD_UNSUPPORTED_RUNTIME)\n`)
    process.exitCode = 2
  } else {
    runOn(node)
  }
}

/** Run by an older Node.js (see `runOn`): when that one is killed, this one must not stay. */
function endWithParent() {
  delete process.env['SYNOD_RUN_BY']
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}

/**
 * In the repository there is a Node.js of the right version among the development tools.
 *
 * @returns {string | null}
 */
function bundledNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node')
  } catch {
    return null
  }
}

/**
 * Runs this very command on another Node.js; signals and the exit code pass through.
 *
 * @param {string} node
 */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SYNOD_RUN_BY: String(process.pid) },
  })
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) {
    process.on(signal, () => {
      // A terminal tells the whole foreground group of Ctrl-C itself.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`synod: ${error.message}\n`)
    process.exitCode = 2
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal]
  })
}
