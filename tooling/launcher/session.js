import { watchNpm } from './ancestors.js'
import { GRACE_MS, run } from './children.js'

/**
 * One run of the launcher: at most one child at a time, ended together with the launcher, whoever asks for that: a signal, or npm going away.
 */
export class Session {
  /** @type {ReturnType<typeof run> | undefined} */
  #child
  /** Whether the child is in the launcher's own process group, where a terminal's Ctrl-C reaches it without us. */
  #sharesTerminal = false
  /** @type {NodeJS.Signals | undefined} */
  #asked

  constructor() {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => this.#end(signal))
    watchNpm(() => this.#end('SIGTERM'))
  }

  /** Whether the launcher was asked to end. */
  get ending() {
    return this.#asked !== undefined
  }

  /**
   * Runs one child to its end. Not started any more, exit code 143 or 130, when the launcher was asked to end.
   *
   * @param {string} command
   * @param {string[]} args
   * @param {import('./children.js').RunOptions} options
   * @returns {Promise<import('./children.js').Ended>}
   */
  async run(command, args, options) {
    if (this.#asked !== undefined) return { code: this.#asked === 'SIGINT' ? 130 : 143, output: '' }
    this.#sharesTerminal = options.ownGroup !== true && process.stdin.isTTY === true
    this.#child = run(command, args, options)
    const ended = await this.#child.ended
    this.#child = undefined
    return ended
  }

  /** @param {NodeJS.Signals} signal */
  #end(signal) {
    this.#asked = signal
    const child = this.#child
    if (child === undefined) process.exit(signal === 'SIGINT' ? 130 : 143)
    if (!(signal === 'SIGINT' && this.#sharesTerminal)) child.kill(signal)
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
  }
}
