import { randomInt } from 'node:crypto'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Target } from './target.ts'
import { targets } from './targets/index.ts'

/** What the fuzzer was asked to do. */
export interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  readonly targets: readonly Target[]
  /** Instead of a run: just this one. */
  readonly input: Uint8Array | undefined
}

/** The command line of `npm run fuzz`. Prints and throws a `CommanderError` when it is asked for help or cannot read an argument. */
export function parseOptions(args: readonly string[], print: (text: string) => void): FuzzOptions {
  const command = new Command('npm run fuzz --')
    .description(
      'Feeds the decoders of Synod with inputs from a grammar and mutations of them. Nothing may throw, hang, take memory without bound or change a state.',
    )
    .option('--inputs <n>', 'how many, over all targets', wholeAbove0, 1_000_000)
    .option('--seed <n>', 'decides about all inputs; one is chosen and told when absent', whole)
    .addOption(
      new Option('--target <name>', `only this one of ${targets.map(({ name }) => name).join(', ')}`)
        .argParser(targetsOf)
        .default(targets, 'all'),
    )
    .option('--input <hex>', 'try just this input; needs --target', bytesOf)
    .addHelpText('after', '\nExit codes: 0 nothing failed, 1 something did, 2 wrong arguments.')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print })
  command.parse([...args], { from: 'user' })
  const { inputs, seed, target, input } = command.opts<{ inputs: number; seed?: number; target: readonly Target[]; input?: Uint8Array }>()
  if (input !== undefined && target.length !== 1) command.error('error: --input needs --target', { exitCode: 2 })
  return { inputs, seed: seed ?? randomInt(2 ** 31), targets: target, input }
}

function wholeAbove0(text: string): number {
  const number = whole(text)
  if (number === 0) throw new InvalidArgumentError('It must be at least 1.')
  return number
}

function whole(text: string): number {
  const number = Number(text)
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text) || !Number.isSafeInteger(number)) throw new InvalidArgumentError('It must be a whole number.')
  return number
}

function targetsOf(name: string): readonly Target[] {
  const found = targets.filter((target) => target.name === name)
  if (found.length === 0) throw new InvalidArgumentError(`There are ${targets.map((target) => target.name).join(', ')}.`)
  return found
}

function bytesOf(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw new InvalidArgumentError('It must be hex digits, two for each byte.')
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
