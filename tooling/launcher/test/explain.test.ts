import { describe, expect, test } from 'vitest'
import { explainOutput } from '../explain-failure.js'
import { requireNode } from '../require-node.js'
import { seconds } from '../say.js'

describe('why an installation failed', () => {
  test.each([
    ['npm error code ENOTFOUND', 'could not be reached (ENOTFOUND)'],
    ['connect ECONNREFUSED 127.0.0.1:4873', 'could not be reached (ECONNREFUSED)'],
    ['npm error code ENOSPC\nnpm error ENOSPC: no space left on device', 'the disk is full'],
    ['[ERR_PNPM_OUTDATED_LOCKFILE] Cannot install', 'pnpm-lock.yaml does not fit'],
    ["EACCES: permission denied, mkdir 'node_modules'", 'could not be written (EACCES)'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
  ])('%s', (output, explanation) => {
    expect(explainOutput(`progress\n${output}\n`)).toContain(explanation)
  })

  test('a text that tells nothing gets no explanation', () => {
    expect(explainOutput('something went wrong')).toBeUndefined()
  })
})

test('an old Node.js is refused with the version that is needed', () => {
  expect(requireNode('18.20.4')).toMatch(/Node\.js 20 or newer.*18\.20\.4/)
  expect(requireNode('20.0.0')).toBeUndefined()
  expect(requireNode('24.21.0')).toBeUndefined()
})

test('durations read well', () => {
  expect([400, 12_300, 80_000].map(seconds)).toEqual(['0.4 s', '12 s', '1 min 20 s'])
})
