import { Option } from 'commander'
import type { Command } from 'commander'
import { resolveTarget } from '../target.ts'
import type { Target, TargetFlags } from '../target.ts'

/** Where a command's exit code goes. */
export type SetExitCode = (code: number) => void

/** The action of a command: gets what was typed after its name, in order, and the command with its options; gives the exit code. */
export function running(
  setExitCode: SetExitCode,
  run: (typed: readonly string[], command: Command) => Promise<number>,
): (this: Command) => Promise<void> {
  return async function (this: Command) {
    setExitCode(await run(this.args, this))
  }
}

/** A command that talks to a cluster, with the options for that. */
export function targetCommand(program: Command, name: string): Command {
  return addTargetOptions(program.command(name))
}

/** The options that say which cluster; they may stand before the command, too. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--servers <list>', 'endpoints of some servers, such as ws://10.0.0.1:7411,ws://10.0.0.2:7411')
    .option('--cluster <name>', 'refuse servers of another cluster (or SYNOD_CLUSTER)')
    .option('--secret-file <path>', 'file with the secret of the cluster (or SYNOD_SECRET)')
    .option('--ca <path>', 'PEM file: who signs the certificates of wss:// servers')
    .option('--cert <path>', 'PEM file: own certificate, for mutual TLS')
    .option('--key <path>', 'PEM file: its key')
    .option('--timeout <seconds>', 'give up connecting, or waiting for an answer, after this (default: 10)')
    .option('--json', 'print JSON, one value a line; errors, too')
}

/** How fresh a read must be. */
export function consistencyOption(): Option {
  return new Option('--consistency <how>', 'stale is answered without a leader, too')
    .choices(['linearizable', 'session', 'stale'])
    .default('linearizable')
}

/** What was typed. */
export type Flags<T> = TargetFlags & { readonly json?: boolean } & T

/** The cluster and the options of a command, from all that was typed. */
export function prepare<T>(command: Command): { readonly target: Target; readonly flags: Flags<T>; readonly json: boolean } {
  const flags = command.optsWithGlobals<Flags<T>>()
  return { target: resolveTarget(flags, { env: process.env, cwd: process.cwd() }), flags, json: flags.json === true }
}
