import { describe, expect, it } from 'vitest'
import { anonymous } from '../src/report/anonymous.ts'

const names = { repository: '/srv/ada/synod', temporary: '/var/tmp', home: '/srv/ada', host: 'box' }

describe('a page that is kept', () => {
  it.each([
    ['a place in the source', 'at run (file:///srv/ada/synod/packages/x.js:1:2)', 'at run (file://./packages/x.js:1:2)'],
    ['a store', 'store in /var/tmp/synod-1/data-2', 'store in [temporary folder]/synod-1/data-2'],
    ['another folder of the user', '/srv/ada/.npmrc', '[home]/.npmrc'],
    ['the machine', 'process 7 on box (since then)', 'process 7 on [host] (since then)'],
    ['words that only contain its name', 'viewBox="0 0 1 1" class="box-1" boxes sandbox', 'viewBox="0 0 1 1" class="box-1" boxes sandbox'],
  ])('does not tell %s', (_what, text, told) => {
    expect(anonymous(text, names)).toBe(told)
  })
})
