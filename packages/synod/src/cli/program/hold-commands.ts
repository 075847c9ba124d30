import type { Command } from 'commander'
import { seconds } from './numbers.ts'
import { prepare, running, targetCommand } from './shared.ts'
import type { SetExitCode } from './shared.ts'

interface HoldFlags {
  readonly grace: string
  readonly sessionTimeout?: string
}

const environmentHelp = `
The command finds SYNOD_FENCING_TOKEN (greater for every later holder) and SYNOD_HELD_PATH in its environment. When what is held is
lost, it gets SIGTERM, and SIGKILL after the grace; what it writes to should refuse tokens smaller than the greatest it has seen.`

/** `lock` and `elect`. */
export function addHoldCommands(program: Command, setExitCode: SetExitCode): void {
  holdCommand(program, 'lock')
    .description('run a command while a lock is held; its exit code is passed through')
    .option('--shared', 'together with other shared holders')
    .option('--wait <seconds>', 'give up after this, with exit code 124; 0: only when it is free (default: wait)')
    .action(
      running(setExitCode, async ([path = '', ...words], command) => {
        const { lock } = await import('../commands/lock.ts')
        const { target, flags, json } = prepare<HoldFlags & { readonly shared?: boolean; readonly wait?: string }>(command)
        const wait = flags.wait === undefined ? {} : { waitMs: seconds('--wait', flags.wait) }
        return await lock(target, path, { ...runOptions(words, flags), json, ...wait, shared: flags.shared === true })
      }),
    )
  holdCommand(program, 'elect')
    .description('run a command while this candidate leads; its exit code is passed through')
    .option('--name <text>', 'who this candidate is, for observers (default: host and process)')
    .action(
      running(setExitCode, async ([path = '', ...words], command) => {
        const { elect } = await import('../commands/elect.ts')
        const { target, flags, json } = prepare<HoldFlags & { readonly name?: string }>(command)
        return await elect(target, path, { ...runOptions(words, flags), json, ...(flags.name === undefined ? {} : { name: flags.name }) })
      }),
    )
}

function holdCommand(program: Command, name: string): Command {
  return targetCommand(program, name)
    .argument('<path>')
    .argument('<command...>', 'after --')
    .option('--grace <seconds>', 'from SIGTERM to SIGKILL when it is lost', '2')
    .option('--session-timeout <seconds>', 'how long a holder that is not heard keeps it (default: 10)')
    .addHelpText('after', environmentHelp)
}

function runOptions(
  [command = '', ...args]: readonly string[],
  flags: HoldFlags,
): {
  readonly command: string
  readonly args: readonly string[]
  readonly graceMs: number
  readonly sessionTimeoutMs?: number
} {
  const timeout = flags.sessionTimeout === undefined ? {} : { sessionTimeoutMs: seconds('--session-timeout', flags.sessionTimeout) }
  return { command, args, graceMs: seconds('--grace', flags.grace), ...timeout }
}
