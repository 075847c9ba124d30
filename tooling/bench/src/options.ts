import { Command, InvalidArgumentError } from 'commander'
import { scenarios } from './scenarios.ts'
import type { Scenario } from './scenarios.ts'
import { systems } from './systems.ts'
import type { System } from './systems.ts'

/** What the benchmark was asked to do. */
export interface BenchOptions {
  readonly only: readonly System[]
  readonly scenarios: readonly Scenario[]
  /** How long each load is measured, without its warm-up. */
  readonly seconds: number
  /** How often each load and the cold start are measured. */
  readonly rounds: number
  /** How often the leader is killed, and how often it is stopped. */
  readonly faults: number
  /** All servers of all systems up at once, and each thing measured of one after the other before the next thing. */
  readonly turns: boolean
  /** Where the figures go as JSON. */
  readonly out?: string
  /** Folder for CPU profiles of Synod's servers and of the process that makes the load. */
  readonly profile?: string
}

/** The command line of `npm run bench`. It prints and throws a `CommanderError` when it is asked for help or cannot read an argument. */
export function parseOptions(args: readonly string[], print: (text: string) => void): BenchOptions {
  const command = new Command('npm run bench --')
    .description(
      'Measures Synod beside ZooKeeper 3.8, etcd 3.4, and a bare pipeline without any protocol: three real servers each, one ensemble after the other.',
    )
    .option('--only <systems>', `some of ${systems.join(', ')}`, listOf(systems), systems)
    .option('--scenarios <names>', `some of ${scenarios.join(', ')}`, listOf(scenarios), scenarios)
    .option('--seconds <n>', 'how long each load is measured', numberAbove0, 5)
    .option('--rounds <n>', 'how often each load is measured', wholeAbove0, 3)
    .option('--faults <n>', 'how often the leader is killed, and how often it is stopped', wholeAbove0, 5)
    .option('--turns', 'measure the systems by turns, with all servers up: for a machine whose speed changes', false)
    .option('--out <file>', 'write all figures to this file as JSON')
    .option('--profile <folder>', "write CPU profiles of Synod's servers and of the load generator there; slows them down")
    .addHelpText(
      'after',
      '\nThe systems are measured in the order above, whatever the order given. Medians over the rounds are shown.\nExit codes: 0 measured (peers that are not installed are reported as absent), 1 something failed, 2 wrong arguments, 130 interrupted.',
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print })
  command.parse(args, { from: 'user' })
  return command.opts<BenchOptions>()
}

/** Reads `a,b` as some of the names known, each once, in the order of the names known. */
function listOf<T extends string>(known: readonly T[]): (text: string) => readonly T[] {
  return (text) => {
    const asked = text.split(',').map((name) => name.trim())
    const wrong = asked.filter((name) => !known.some((other) => other === name))
    if (wrong.length > 0)
      throw new InvalidArgumentError(`Unknown: ${wrong.map((name) => `"${name}"`).join(', ')}. There are ${known.join(', ')}.`)
    return known.filter((name) => asked.includes(name))
  }
}

function numberAbove0(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

function wholeAbove0(text: string): number {
  const value = numberAbove0(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number above 0.')
  return value
}
