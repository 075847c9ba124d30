import { explainMachine, explainOutput } from './explain-failure.js'
import { childEnvironment, root } from './paths.js'
import { say, seconds } from './say.js'
import { isInstalled, writeStamp } from './stamp.js'

/** The package manager that the lock file was written by. npx brings it when it is not there yet. */
export const PNPM = 'pnpm@12.21.0'

const SIGN_OF_LIFE_MS = 5_000

/**
 * Installs the pinned tools and libraries, unless exactly these are installed already.
 *
 * @param {import('./session.js').Session} session
 * @returns {Promise<number>} 0, or the exit code to end with; the reason was said
 */
export async function install(session) {
  if (isInstalled(root)) return 0
  say(`first start in this folder, or its lock file changed (Node.js ${process.versions.node}, ${process.platform} ${process.arch})`)
  say(`[1/2] installing the pinned Node.js, tools and libraries with ${PNPM}; the first time takes about half a minute`)
  const started = Date.now()
  const terminal = process.stderr.isTTY === true
  const progress = terminal ? undefined : new Progress(started)
  const reporter = terminal ? [] : ['--reporter=append-only']
  const { code, output } = await session.run('npx', ['-y', PNPM, 'install', '--frozen-lockfile', '--prod=false', ...reporter], {
    cwd: root,
    env: childEnvironment(),
    ownGroup: true,
    capture: !terminal,
    onOutput: (text) => progress?.note(text),
  })
  progress?.stop()
  if (session.ending) return code
  if (code !== 0) return failed(code, output)
  writeStamp(root)
  say(`[1/2] installed in ${seconds(Date.now() - started)}`)
  return 0
}

/** @param {number} code @param {string} output */
async function failed(code, output) {
  if (output !== '') process.stderr.write(`${output.trimEnd().split('\n').slice(-25).join('\n')}\n`)
  const cause = explainOutput(output) ?? (await explainMachine(root)) ?? 'the reason stands above'
  say(`the installation failed (exit code ${code}): ${cause}`)
  return 1
}

/** Signs of life for when the output is no terminal: every few seconds one line with the last thing that pnpm counted. */
class Progress {
  #last = 'fetching the package manager'
  #timer

  /** @param {number} started milliseconds of `Date.now()` */
  constructor(started) {
    this.#timer = setInterval(() => say(`[1/2] … ${seconds(Date.now() - started)}: ${this.#last}`), SIGN_OF_LIFE_MS)
  }

  /** @param {string} text */
  note(text) {
    const found = text.match(/Progress: .*/g)?.at(-1)
    if (found) this.#last = found.slice('Progress: '.length).trim()
  }

  stop() {
    clearInterval(this.#timer)
  }
}
