import { Command } from 'commander'
import { version } from '../../version.ts'
import { addHoldCommands } from './hold-commands.ts'
import { addServerCommands } from './server-commands.ts'
import { addTargetOptions } from './shared.ts'
import type { SetExitCode } from './shared.ts'
import { addTreeCommands } from './tree-commands.ts'

const exitCodeHelp = `
Exit codes:
  0 done · 1 failed · 2 wrong arguments or config, no cluster known · 3 no such node · 4 cluster unavailable or without leader
  5 refused by the state of the tree (version, existence, children) · 6 outcome of a write unknown · 7 "synod dev" runs already
  8 port in use · 10 server halted · 11 store refused
  lock, elect: the command's own, or 123 lost · 124 not acquired · 125 cluster failed before the command ran · 126, 127 cannot run it

Where the cluster is: --servers, else SYNOD_SERVERS, else the nearest .synod/cluster.json of a "synod dev" in this folder or above.`

/** The whole command line. What a command needs is loaded when it runs. */
export function buildProgram(setExitCode: SetExitCode): Command {
  const program = addTargetOptions(new Command('synod'))
    .description('Leader election, locks and configuration: run servers, and talk to them.')
    .version(version)
    .enablePositionalOptions()
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('(synod --help lists what there is)')
    .exitOverride()
  addServerCommands(program, setExitCode)
  addTreeCommands(program, setExitCode)
  addHoldCommands(program, setExitCode)
  program
    .command('completion')
    .description('print a completion script')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const { completionScript } = await import('../completion/completion.ts')
      process.stdout.write(completionScript(program, shell))
    })
  return program
}
