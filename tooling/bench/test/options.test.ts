import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { parseOptions } from '../src/options.ts'
import type { BenchOptions } from '../src/options.ts'
import { scenarios } from '../src/scenarios.ts'
import { systems } from '../src/systems.ts'

/** What came of a command line: the options, or the exit code with what was printed. */
function parse(...args: string[]): { options?: BenchOptions; exitCode?: number; printed: string } {
  let printed = ''
  try {
    return { options: parseOptions(args, (text) => (printed += text)), printed }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { exitCode: error.exitCode, printed }
  }
}

describe('the command line', () => {
  it('measures everything when it is told nothing', () => {
    expect(parse().options).toEqual({ only: systems, scenarios, seconds: 5, rounds: 3, faults: 5, turns: false })
  })

  it('reads every option', () => {
    const args = [
      '--only',
      'synod',
      '--scenarios',
      'locks',
      '--seconds',
      '0.5',
      '--rounds',
      '2',
      '--faults',
      '7',
      '--out',
      'a.json',
      '--profile',
      'p',
      '--turns',
    ]
    const expected = { only: ['synod'], scenarios: ['locks'], seconds: 0.5, rounds: 2, faults: 7, out: 'a.json', profile: 'p', turns: true }
    expect(parse(...args).options).toEqual(expected)
  })

  it('takes lists in any order and keeps its own', () => {
    expect(parse('--only', 'etcd, synod,etcd').options?.only).toEqual(['synod', 'etcd'])
    expect(parse('--scenarios', 'stop-gap,parallel-reads').options?.scenarios).toEqual(['parallel-reads', 'stop-gap'])
  })

  it.each([
    [['--only', 'consul'], 'Unknown: "consul". There are synod, zookeeper, etcd, pipeline.'],
    [['--scenarios', 'locks,'], 'Unknown: "".'],
    [['--seconds', '0'], 'It must be a number above 0.'],
    [['--seconds', 'soon'], 'It must be a number above 0.'],
    [['--rounds', '1.5'], 'It must be a whole number above 0.'],
    [['--faults', '-1'], 'It must be a number above 0.'],
    [['--fast'], "unknown option '--fast'"],
    [['etcd'], 'too many arguments'],
  ])('refuses %j and says why', (args, reason) => {
    const { exitCode, printed } = parse(...args)
    expect(exitCode).toBeGreaterThan(0)
    expect(printed).toContain(reason)
  })

  it('explains itself', () => {
    const { exitCode, printed } = parse('--help')
    expect(exitCode).toBe(0)
    expect(printed).toContain('npm run bench --')
    for (const name of [...systems, ...scenarios]) expect(printed).toContain(name)
  })
})
