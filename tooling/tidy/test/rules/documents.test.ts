import { describe, expect, test } from 'vitest'
import { makeWorkspace } from './make-workspace.ts'
import { checkChangesets } from '../../src/rules/changesets.ts'
import { checkLinks } from '../../src/rules/links.ts'
import { PACKAGE_HEADINGS, checkOtherReadme, checkPackageReadme } from '../../src/rules/readme.ts'
import { parseChangeset } from '../../src/tools/changesets.ts'

const body = PACKAGE_HEADINGS.map((heading) => `## ${heading}\n${'text\n'.repeat(8)}`).join('\n')
const readme = (text: string): string[] =>
  checkPackageReadme('packages/wire', '@synod/wire', { path: 'packages/wire/README.md', text }).map(({ message }) => message)

describe('READMEs of packages', () => {
  test('title, sentence, headings and length are right', () => {
    expect(readme(`# @synod/wire\n\nBytes.\n\n${body}`)).toEqual([])
  })

  test('each of them can be wrong', () => {
    expect(readme(`# wire\n\nBytes.\n\n${body}`)[0]).toContain('title')
    expect(readme(`# @synod/wire\n\n${body}`)[0]).toContain('sentence')
    expect(readme(`# @synod/wire\n\nBytes.\n\n${body.replace('## Limits', '## Bounds')}`)[0]).toContain('headings')
    expect(readme(`# @synod/wire\n\nBytes.\n\n${PACKAGE_HEADINGS.map((heading) => `## ${heading}\n`).join('')}`)[0]).toContain('lines')
  })

  test('a heading in a code block is none', () => {
    expect(readme(`# @synod/wire\n\nBytes.\n\n${body}\n\`\`\`sh\n## comment\n\`\`\`\n`)).toEqual([])
  })

  test('a missing file and a long one are found', () => {
    expect(checkPackageReadme('packages/wire', '@synod/wire', undefined)).toHaveLength(1)
    expect(checkOtherReadme('README.md', { path: 'README.md', text: 'x\n'.repeat(151) })).toHaveLength(1)
  })
})

test('links that lead nowhere are found, but not in code and not on the web', () => {
  const text = '[a](../docs/a.md#part) [b](b.md)\n[c](https://example.org) [d](#here)\n```\n[e](e.md)\n```\n'
  const found = checkLinks({ path: 'apps/x.md', text }, (path) => path === 'docs/a.md')
  expect(found).toEqual([{ where: 'apps/x.md:1', message: 'links to b.md, which does not exist' }])
})

describe('changesets', () => {
  const wire = makeWorkspace('packages/wire', { 'src/a.ts': '' })
  const right = parseChangeset('.changeset/a.md', "---\n'@synod/wire': minor\n---\n\nFrames of version 1, as documented.\n")

  test('a changed package needs one', () => {
    expect(checkChangesets([wire], [right])).toEqual([])
    expect(checkChangesets([wire], [])).toHaveLength(1)
    expect(checkChangesets([wire], [], ['packages/wire/README.md'])).toEqual([])
    expect(checkChangesets([wire], [], ['packages/wire/src/a.ts'])).toHaveLength(1)
  })

  test('each must name published packages, a kind of release, and say something', () => {
    const wrong = parseChangeset('.changeset/b.md', "---\n'@synod/none': huge\n---\n\nOh.\n")
    expect(checkChangesets([wire], [right, wrong]).map(({ where }) => where)).toEqual(Array(3).fill('.changeset/b.md'))
    expect(checkChangesets([wire], [right, parseChangeset('.changeset/c.md', 'no front matter')]).length).toBeGreaterThan(0)
  })
})
