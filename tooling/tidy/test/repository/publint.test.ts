import { describe, expect, test } from 'vitest'
import { published, readWorkspaces } from '../../src/repository.ts'
import { runTool } from '../../src/tools/run-tool.ts'

describe('publint --strict', () => {
  test.each(published(readWorkspaces()).map(({ dir }) => dir))('%s', (dir) => {
    const { code, stdout, stderr } = runTool('publint', ['run', dir, '--strict', '--pack', 'pnpm'])
    expect(code, stdout + stderr).toBe(0)
  })
})
