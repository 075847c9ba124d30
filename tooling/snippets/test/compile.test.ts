import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileFolder } from '../src/compile.ts'
import { readSnippets, writeSnippets } from '../src/documents.ts'

const programs = readSnippets().filter(({ mode }) => mode !== 'excerpt')
const { folder, written } = writeSnippets('compile', programs)
const complaints = written.length === 0 ? new Map<string, { line: number; message: string }[]>() : compileFolder(folder)

describe('TypeScript in documents compiles', () => {
  test('there is some', () => {
    expect(programs.length).toBeGreaterThan(0)
  })

  for (const { file, line, path } of written) {
    test(`${file}:${line}`, () => {
      const own = complaints.get(basename(path)) ?? []
      expect(own.map((complaint) => `${file}:${line + complaint.line - 1}: ${complaint.message}`)).toEqual([])
    })
  }
})
