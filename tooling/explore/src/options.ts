import { Command, InvalidArgumentError } from 'commander'
import type { Bounds } from './bounds.ts'
import { scopeBounds, scopes } from './scopes.ts'
import type { Scope } from './scopes.ts'

/** What was asked for. */
export interface ExploreRequest {
  readonly scopes: readonly Scope[]
  readonly statesMax: number
  readonly secondsMax: number
  readonly mutations: boolean
  /** Part of the name of the mutations that are tried. */
  readonly only: string
}

type Given = Partial<Bounds> & { scope?: Scope; states: number; seconds: number; mutations: boolean; only: string }

/** The command line of `npm run explore`. Prints and throws a `CommanderError` when it is asked for help or cannot read an argument. */
export function parseOptions(args: readonly string[], print: (text: string) => void): ExploreRequest {
  const command = new Command('npm run explore --')
    .description('Explores every behaviour of three cores within bounds; all invariants are checked in every state (docs/exhaustive.md).')
    .option('--scope <name>', `only this one: ${scopes.map(({ name }) => `'${name}'`).join(', ')}`, scopeOf)
    .option('--from <start>', `own bounds: begin with ${starts.join(', ')}`, startOf)
    .option('--epochs <n>', 'own bounds: no promise above this epoch; the past is epoch 1, or 2 with a leader', count(9))
  for (const [name, what] of budgets) command.option(`--${name} <n>`, `own bounds: ${what}`, count(3))
  command
    .option('--crash-of <server>', 'own bounds: only this one crashes; 0 = any', count(3))
    .option('--crash-after <writes>', 'own bounds: only when so many writes were asked for; 9 = whenever', count(9))
    .option('--slow-disks <when>', `own bounds: ${disks.join(' or ')}`, disksOf)
    .option('--states <n>', 'give up after so many states', count(60_000_000), 40_000_000)
    .option('--seconds <n>', 'give up after so many seconds for each scope', count(1e6), 3_600)
    .option('--mutations', 'break the core in known ways; each must be noticed', false)
    .option('--only <text>', 'only mutations with this in their name', '')
    .addHelpText('after', '\nExit codes: 0 all explored, nothing found; 1 a violation, or gave up; 2 wrong arguments.')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print })
  command.parse([...args], { from: 'user' })
  const { scope, states, seconds, mutations, only, ...own } = command.opts<Given>()
  const chosen =
    Object.keys(own).length > 0
      ? [{ name: 'own', bounds: { ...(scope?.bounds ?? scopeBounds), ...own } }]
      : scope
        ? [scope]
        : scopes.filter(({ endless }) => endless !== true)
  return { scopes: chosen, statesMax: states, secondsMax: seconds, mutations, only }
}

const starts: readonly Bounds['from'][] = ['looking', 'led by 1', 'led by 2', 'led by 3']
const disks: readonly Bounds['slowDisks'][] = ['always', 'before a crash']
const budgets = [
  ['campaigns', 'how often a server is led to believe that it is supported'],
  ['writes', 'proposals'],
  ['crashes', 'crashes, each at any boundary of effects, with or without a restart'],
  ['breaks', 'connections that break with the loss of what was on its way'],
  ['losses', 'single messages that vanish'],
  ['timers', 'time-outs'],
] as const

function scopeOf(name: string): Scope {
  const found = scopes.find((scope) => scope.name === name)
  if (!found) throw new InvalidArgumentError(`There are ${scopes.map((scope) => `'${scope.name}'`).join(', ')}.`)
  return found
}

function oneOf<T extends string>(known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((each) => each === text)
    if (found === undefined) throw new InvalidArgumentError(`There are: ${known.join(', ')}.`)
    return found
  }
}

const startOf = oneOf(starts)
const disksOf = oneOf(disks)

function count(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number > max) throw new InvalidArgumentError(`It must be a whole number up to ${max}.`)
    return number
  }
}
