import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { parseOptions } from '../src/options.ts'
import { scopes } from '../src/scopes.ts'

const parse = (...args: string[]): ReturnType<typeof parseOptions> => parseOptions(args, () => undefined)

describe('the command line', () => {
  it('explores all scopes that come to an end when nothing is said, the others by name', () => {
    expect(parse().scopes).toEqual(scopes.filter(({ endless }) => endless !== true))
    expect(parse('--scope', 'crash, break').scopes).toMatchObject([{ endless: true }])
  })

  it('takes one scope by its name, and own bounds over it', () => {
    const [first] = scopes
    expect(parse('--scope', first?.name ?? '').scopes).toEqual([first])
    expect(parse('--scope', first?.name ?? '', '--writes', '2').scopes[0]?.bounds).toEqual({ ...first?.bounds, writes: 2 })
    expect(parse('--from', 'led by 2', '--slow-disks', 'before a crash').scopes[0]?.bounds).toMatchObject({
      from: 'led by 2',
      slowDisks: 'before a crash',
    })
  })

  it.each([['--writes', '4'], ['--epochs', 'x'], ['--from', 'nowhere'], ['--scope', 'none'], ['--what']])('refuses %s %s', (...args) => {
    expect(() => parse(...args)).toThrow(CommanderError)
  })
})
