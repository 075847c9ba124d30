import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileFolder } from '../src/compile.ts'
import { writeSnippets } from '../src/documents.ts'
import { extractSnippets, matchesOutput } from '../src/extract.ts'

const fence = '```'

describe('extractSnippets', () => {
  test('finds the blocks with their lines, modes and output', () => {
    const markdown = `# a\n\n${fence}ts\nlet a = 1\n${fence}\n\n${fence}sh\nls\n${fence}\n${fence}ts run\nb()\n${fence}\nprints\n${fence}text output\nb …\n${fence}\n`
    expect(extractSnippets('a.md', markdown)).toEqual([
      { file: 'a.md', line: 4, code: 'let a = 1\n', mode: 'compile', output: undefined },
      { file: 'a.md', line: 11, code: 'b()\n', mode: 'run', output: 'b …\n' },
    ])
  })

  test('takes the indentation of a block in a list off', () => {
    expect(extractSnippets('a.md', `- x\n  ${fence}ts excerpt\n  if (a) {\n    b()\n  }\n  ${fence}\n`)[0]?.code).toBe(
      'if (a) {\n  b()\n}\n',
    )
  })

  test.each(['ts norun', 'typescript', 'ts runs'])('refuses "%s", which would go unchecked', (info) => {
    expect(() => extractSnippets('a.md', `${fence}${info}\na\n${fence}\n`)).toThrow(`a.md:2: "${info}" is not known`)
  })
})

test('a block that does not compile is found', () => {
  const snippets = extractSnippets(
    'a.md',
    `${fence}ts\nconst a: number = 1\nconst b: string = a\n${fence}\n${fence}ts\nexport {}\n${fence}\n`,
  )
  const { folder, written } = writeSnippets('self', snippets)
  const complaints = compileFolder(folder)
  expect(written.map(({ path }) => complaints.get(basename(path))?.map(({ line }) => line))).toEqual([[2], undefined])
})

test('output is compared line by line, and … stands for anything in a line', () => {
  expect(matchesOutput('leader … (epoch 1)\ndone\n', 'leader 3 (epoch 1)\ndone\n')).toBe(true)
  expect(matchesOutput('leader …\n', 'leader 3\ndone\n')).toBe(false)
  expect(matchesOutput('a.b\n', 'a-b\n')).toBe(false)
})
