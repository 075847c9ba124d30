import { childOf, nameOf, parentOf, pathLengthMax, validatePath } from '@synod/tree/commands'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('validatePath', () => {
  it.each(['/', '/a', '/a/b', '/a/..b', '/.a', '/...', '/é', '/😀/x', `/${'x'.repeat(pathLengthMax - 1)}`])('accepts %j', (path) => {
    expect(validatePath(path)).toBeNull()
  })

  it.each([
    ['', 'empty'],
    ['a', 'starts with /'],
    ['a/b', 'starts with /'],
    ['//', 'empty component'],
    ['/a//b', 'empty component'],
    ['/a/', 'end in /'],
    ['/.', '. component'],
    ['/a/../b', '.. component'],
    ['/a\u0000', 'U+0000'],
    ['/a\nb', 'U+000A'],
    ['/\u007f', 'U+007F'],
    ['/\ud800', 'U+D800'],
    ['/\udc00', 'U+DC00'],
    ['/\ue000', 'U+E000'],
    ['/\uffff', 'U+FFFF'],
    [`/${'x'.repeat(pathLengthMax)}`, 'at most 1024'],
  ])('refuses %j and says why', (path, reason) => {
    expect(validatePath(path)).toContain(reason)
  })

  it('lets only a sequential create end in /', () => {
    expect(validatePath('/a/', true)).toBeNull()
    expect(validatePath('/', true)).toBeNull()
    expect(validatePath('//', true)).not.toBeNull()
    expect(validatePath('/a//', true)).not.toBeNull()
  })

  it('takes a path apart as it was put together', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => validatePath(`/${text}`) === null && !text.includes('/'))
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const path = names.reduce(childOf, '/')
        const last = names.at(-1) ?? ''
        expect(validatePath(path)).toBeNull()
        expect(nameOf(path)).toBe(last)
        expect(childOf(parentOf(path), last)).toBe(path)
      }),
    )
  })

  it('knows the root', () => {
    expect([parentOf('/'), nameOf('/'), parentOf('/a'), childOf('/', 'a')]).toEqual(['/', '', '/', '/a'])
  })
})
