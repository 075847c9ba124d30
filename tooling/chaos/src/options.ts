import { Command, InvalidArgumentError, Option } from 'commander'

/** What a run of chaos was asked to be. */
export interface ChaosOptions {
  readonly minutes: number
  readonly nodes: number
  /** Decides which faults come, upon whom, for how long, and what the clients do. */
  readonly seed: number
  /** Folder for `report.html` and `history.json`. */
  readonly out: string
}

/** The command line of `npm run chaos`. Prints and throws a `CommanderError` when it is asked for help or cannot read an argument. */
export function parseOptions(args: readonly string[], print: (text: string) => void): ChaosOptions {
  const command = new Command('npm run chaos --')
    .description(
      'Real servers on this machine under kills, pauses, cut and slow links, and clients whose every call is recorded and checked.',
    )
    .option('--minutes <n>', 'how long faults come, fractions are fine', minutes, 2)
    .option('--nodes <n>', 'how many servers, 3 to 9', nodes, 3)
    .addOption(
      new Option('--seed <n>', 'which faults, as a number; timing is always real')
        .argParser(seed)
        .default(Math.trunc(Date.now() / 1000) % 100_000, 'one by the clock, told in the report'),
    )
    .option('--out <folder>', 'where report.html and history.json go', '.scratch/chaos')
    .addHelpText('after', '\nExit codes: 0 no anomaly, 1 anomalies or a failure, 2 wrong arguments, 130 interrupted.')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print })
  command.parse(args, { from: 'user' })
  return command.opts<ChaosOptions>()
}

function minutes(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value <= 24 * 60)) throw new InvalidArgumentError('It must be a number above 0, at most 1440.')
  return value
}

function nodes(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 3 || value > 9) throw new InvalidArgumentError('It must be a whole number from 3 to 9.')
  return value
}

function seed(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be a whole number from 0 on.')
  return value
}
