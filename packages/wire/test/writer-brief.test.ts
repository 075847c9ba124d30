import { Writer } from '@synod/wire'
import { describe, expect, it } from 'vitest'

function filled(length: number, value: number): Uint8Array {
  const writer = Writer.brief()
  writer.raw(new Uint8Array(length).fill(value))
  return writer.finish()
}

describe('brief writers', () => {
  it.each([0, 1, 64, 65, 1024, 1025, 70_000])('what one of %i bytes gave stays as it was while others write', (length) => {
    const bytes = filled(length, 7)
    for (let other = 0; other < 40; other += 1) filled(length, 9)
    expect(bytes.length).toBe(length)
    expect(bytes.every((byte) => byte === 7)).toBe(true)
  })

  it('two at a time do not share memory', () => {
    const outer = Writer.brief()
    outer.u8(1)
    const inner = filled(3, 2)
    outer.u8(3)
    expect([...outer.finish()]).toEqual([1, 3])
    expect([...inner]).toEqual([2, 2, 2])
  })

  it('one that is given up costs the others nothing', () => {
    const lost = Writer.brief()
    expect(() => lost.u53(-1)).toThrow(RangeError)
    expect([...filled(2, 5)]).toEqual([5, 5])
  })
})
