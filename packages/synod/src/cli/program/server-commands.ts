import { Option } from 'commander'
import type { Command } from 'commander'
import { prepare, running, targetCommand } from './shared.ts'
import type { SetExitCode } from './shared.ts'

/** `dev`, `serve`, `status`. */
export function addServerCommands(program: Command, setExitCode: SetExitCode): void {
  program
    .command('dev')
    .description('run a cluster on this machine, for development; ends with this command')
    .option('--dir <path>', 'folder for data, configs and logs (default: .synod)')
    .option('--base-port <port>', 'server n takes peers at port + n and clients at port + 10 + n; 0 finds free ones (default: 7400)')
    .option('--servers <count>', 'number of servers (default: 3)')
    .option('--no-restart', 'leave a server that died down')
    .option('--json', 'print what happens as JSON, one event a line')
    .action(
      running(setExitCode, async (_typed, command) => {
        const { dev } = await import('../dev/dev.ts')
        return await dev(command.opts())
      }),
    )
  program
    .command('serve')
    .description('run one server')
    .requiredOption('--config <path>', 'JSON file; see docs/operating.md')
    .option('--id <number>', 'above the file (or SYNOD_ID)')
    .option('--data-dir <path>', 'above the file (or SYNOD_DATA_DIR)')
    .addOption(new Option('--supervised').hideHelp())
    .action(
      running(setExitCode, async (_typed, command) => {
        const { serve } = await import('../commands/serve.ts')
        return await serve(command.opts())
      }),
    )
  targetCommand(program, 'status')
    .description('show the servers of the cluster: role, epoch, position; exit code 4 when nobody leads')
    .action(
      running(setExitCode, async (_typed, command) => {
        const { showStatus } = await import('../commands/status.ts')
        const { target, json } = prepare(command)
        return await showStatus(target, { json })
      }),
    )
}
