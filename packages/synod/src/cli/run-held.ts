import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { exitCodes, signalExitCode } from './exit-codes.ts'
import { remark } from './output.ts'

/** What is held while a command runs: a lock or a leadership. */
export interface Held {
  readonly path: string
  readonly fencingToken: bigint
  readonly signal: AbortSignal
}

/** How a command is run. */
export interface RunHeldOptions {
  readonly command: string
  readonly args: readonly string[]
  /** From SIGTERM to SIGKILL, when what is held was lost. */
  readonly graceMs: number
}

/**
 * Runs a command with `SYNOD_FENCING_TOKEN` and `SYNOD_HELD_PATH` in its environment, and ends it when what is held is lost.
 * Resolves with the exit code: the command's own, 128 + n when a signal ended it, 123 when it was ended because of the loss.
 *
 * Without a terminal the command gets a process group of its own, and the whole group is ended; on a terminal it stays in the
 * foreground group, so that it can read and Ctrl-C reaches it, and only the command itself is ended.
 */
export function runHeld(held: Held, options: RunHeldOptions): Promise<number> {
  const ownGroup = process.stdin.isTTY !== true
  const child = spawn(options.command, [...options.args], {
    stdio: 'inherit',
    detached: ownGroup,
    env: { ...process.env, SYNOD_FENCING_TOKEN: String(held.fencingToken), SYNOD_HELD_PATH: held.path },
  })
  const kill = (signal: NodeJS.Signals): void => killTree(child, signal, ownGroup)
  const stopForwarding = forwardSignals(kill, ownGroup)
  let lost = false
  let killTimer: NodeJS.Timeout | null = null
  const onLost = (): void => {
    lost = true
    remark(`synod: ${held.path} is lost; ending ${options.command} (${String(held.signal.reason)})`)
    kill('SIGTERM')
    killTimer = setTimeout(() => kill('SIGKILL'), options.graceMs)
  }
  return new Promise((resolve) => {
    const settle = (code: number): void => {
      held.signal.removeEventListener('abort', onLost)
      if (killTimer !== null) clearTimeout(killTimer)
      if (lost && ownGroup) kill('SIGKILL')
      stopForwarding()
      resolve(lost ? exitCodes.lost : code)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return
      remark(`synod: cannot run ${options.command}: ${error.message}`)
      settle(error.code === 'ENOENT' ? exitCodes.commandNotFound : exitCodes.notExecutable)
    })
    child.on('exit', (code, signal) => settle(signal === null ? (code ?? exitCodes.failed) : signalExitCode(signal)))
    if (held.signal.aborted) onLost()
    else held.signal.addEventListener('abort', onLost, { once: true })
  })
}

/** A command in its own group does not hear the terminal; one in the foreground does, and must not hear of Ctrl-C twice. */
function forwardSignals(kill: (signal: NodeJS.Signals) => void, ownGroup: boolean): () => void {
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const forward = (): void => {
      if (ownGroup || signal !== 'SIGINT') kill(signal)
    }
    process.on(signal, forward)
    return () => process.off(signal, forward)
  })
  return () => {
    for (const off of handlers) off()
  }
}

function killTree(child: ChildProcess, signal: NodeJS.Signals, ownGroup: boolean): void {
  if (child.pid === undefined) return
  try {
    if (ownGroup) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch {
    // It is gone already.
  }
}
