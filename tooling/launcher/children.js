import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** How long a child may take to end after it was asked to. */
export const GRACE_MS = 10_000

/**
 * What became of a child.
 *
 * @typedef {object} Ended
 * @property {number} code its exit code; 128 + the signal's number when a signal ended it, 127 when it could not be started
 * @property {string} output what it printed, when it was captured (the last 200 kB)
 */

/**
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} [capture] collect the output instead of showing it
 * @property {boolean} [ownGroup] put the child and everything it starts in a process group of their own, so that all of them can be ended together; it gets no standard input
 * @property {(text: string) => void} [onOutput]
 */

const OUTPUT_KEPT = 200_000

/**
 * Runs one program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {{ ended: Promise<Ended>, kill: (signal: NodeJS.Signals) => void }} `kill` reaches the whole group when the child has one
 */
export function run(command, args, options) {
  const shown = options.capture ? 'pipe' : 'inherit'
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.ownGroup ? 'ignore' : 'inherit', shown, shown],
    detached: options.ownGroup === true && process.platform !== 'win32',
    shell: process.platform === 'win32',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output = (output + text).slice(-OUTPUT_KEPT)
      options.onOutput?.(text)
    })
  }
  /** @type {Promise<Ended>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, output: `${output}${String(error)}` }))
    child.once('close', (code, signal) => resolve({ code: code ?? signalCode(signal), output }))
  })
  return { ended, kill: (signal) => deliver(child, options.ownGroup === true, signal) }
}

/** @param {NodeJS.Signals | null} signal */
function signalCode(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal]
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} group
 * @param {NodeJS.Signals} signal
 */
function deliver(child, group, signal) {
  if (child.pid === undefined) return
  try {
    if (group && process.platform !== 'win32') process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error
  }
}
