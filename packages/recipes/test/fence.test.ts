import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FenceGuard } from '@synod/recipes/fence'

describe('FenceGuard', () => {
  it('lets the same holder in again and again, and refuses an earlier one with SYNOD_FENCED', () => {
    const guard = new FenceGuard()
    guard.check(7n)
    guard.check(7n)
    guard.check(9n)
    expect(() => guard.check(8n)).toThrowError(expect.objectContaining({ code: 'SYNOD_FENCED' }))
    guard.check(9n)
    expect(guard.greatest).toBe(9n)
  })

  it('begins where the resource says', () => {
    expect(() => new FenceGuard(10n).check(9n)).toThrowError(expect.objectContaining({ code: 'SYNOD_FENCED' }))
  })

  it('accepts exactly the tokens that no greater one has preceded', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 20n })), (tokens) => {
        const guard = new FenceGuard()
        tokens.forEach((token, index) => {
          const fenced = tokens.slice(0, index).some((earlier) => earlier > token)
          if (fenced) expect(() => guard.check(token)).toThrowError(expect.objectContaining({ code: 'SYNOD_FENCED' }))
          else guard.check(token)
        })
      }),
    )
  })

  it('takes nothing but a bigint', () => {
    expect(() => new FenceGuard().check(7 as unknown as bigint)).toThrowError(TypeError)
  })
})
