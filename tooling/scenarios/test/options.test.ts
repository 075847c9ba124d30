import { faultKinds } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import { parseRequest, UsageError } from '../src/options.ts'

describe('the command line of npm run sim', () => {
  it('runs a hundred seeds of several sizes by default, and one of three servers when a seed is named', () => {
    expect(parseRequest([])).toMatchObject({ seeds: 100, firstSeed: 1n, nodes: [3, 3, 5, 1, 7], faults: faultKinds })
    expect(parseRequest(['--seed', '0x2a'])).toMatchObject({ seeds: 1, firstSeed: 42n, nodes: [3] })
    expect(parseRequest(['--seed', '0x2a', '--seeds', '10', '--nodes', '5,7', '--faults', 'crash,rot'])).toMatchObject({
      seeds: 10,
      nodes: [5, 7],
      faults: ['crash', 'rot'],
    })
  })

  it.each([
    [['--seeds', '0'], '--seeds (0) must be a whole number from 1'],
    [['--nodes', '10'], '--nodes (10) must be a whole number from 1 to 9'],
    [['--seed', 'x'], 'seed (x) must be a whole number'],
    [['--faults', 'fire'], "there is no fault 'fire'"],
    [['--trace', '--seeds', '2'], '--trace takes one seed'],
    [['--theme', 'boredom'], "there is no theme 'boredom'"],
    [['--what'], '--what'],
  ])('%j is refused in words', (args, words) => {
    expect(() => parseRequest(args)).toThrow(UsageError)
    expect(() => parseRequest(args)).toThrow(words)
  })
})
