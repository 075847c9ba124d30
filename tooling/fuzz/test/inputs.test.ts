import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fuzzer } from '../src/fuzzer.ts'
import { mutate } from '../src/mutate.ts'
import { parseOptions } from '../src/options.ts'
import { Dice } from '../src/random.ts'
import type { Subject } from '../src/target.ts'
import { targets } from '../src/targets/index.ts'

const subject: Subject = { grammar: fc.uint8Array({ maxLength: 30 }), bytesFree: 0, bytesPerByte: 0, run: (input) => String(input[0]) }

function inputsOf(seed: number): string[] {
  const fuzzer = new Fuzzer(subject, seed)
  return Array.from({ length: 500 }, () => {
    const input = fuzzer.next()
    fuzzer.learn(input, subject.run(input))
    return Buffer.from(input).toString('hex')
  })
}

describe('inputs', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(inputsOf(5)).toEqual(inputsOf(5))
    expect(inputsOf(5)).not.toEqual(inputsOf(6))
  })

  it('are changed without touching what they were made of, and stay in bounds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 50 }), fc.nat(), (bytes, other, seed) => {
        const before = [[...bytes], [...other]]
        expect(mutate(bytes, other, { dice: new Dice(seed), bytesMax: 64 }).length).toBeLessThanOrEqual(64)
        expect([[...bytes], [...other]]).toEqual(before)
      }),
    )
  })
})

describe('the command line', () => {
  const parse = (...args: string[]): ReturnType<typeof parseOptions> => parseOptions(args, () => undefined)

  it('has a million inputs for every target, and a seed of its own', () => {
    expect(parse()).toMatchObject({ inputs: 1_000_000, targets, input: undefined })
    expect(Number.isSafeInteger(parse().seed)).toBe(true)
    expect(parse('--seed', '0x10', '--inputs', '5', '--target', 'query')).toMatchObject({
      seed: 16,
      inputs: 5,
      targets: [{ name: 'query' }],
    })
    expect(parse('--target', 'query', '--input', '00fF').input).toEqual(Uint8Array.of(0, 255))
  })

  it.each([
    ['--inputs', '0'],
    ['--seed', 'x'],
    ['--target', 'nothing'],
    ['--input', '00'],
    ['--target', 'query', '--input', '0'],
    ['more'],
  ])('refuses %s %s', (...args) => expect(() => parse(...args)).toThrow())
})
