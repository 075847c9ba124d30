import { Option } from 'commander'
import type { Command } from 'commander'
import { prepare, targetCommand } from './shared.ts'
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
    .action(async (_flags: unknown, command: Command) => {
      const { dev } = await import('../dev/dev.ts')
      setExitCode(await dev(command.opts()))
    })
  program
    .command('serve')
    .description('run one server')
    .requiredOption('--config <path>', 'JSON file; see docs/operating.md')
    .option('--id <number>', 'above the file (or SYNOD_ID)')
    .option('--data-dir <path>', 'above the file (or SYNOD_DATA_DIR)')
    .addOption(new Option('--supervised').hideHelp())
    .action(async (_flags: unknown, command: Command) => {
      const { serve } = await import('../commands/serve.ts')
      setExitCode(await serve(command.opts()))
    })
  targetCommand(program, 'status')
    .description('show the servers of the cluster: role, epoch, position; exit code 4 when nobody leads')
    .action(async (_flags: unknown, command: Command) => {
      const { showStatus } = await import('../commands/status.ts')
      const { target, json } = prepare(command)
      setExitCode(await showStatus(target, { json }))
    })
}
