import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readServeConfig } from '../../dist/cli/serve-config.js'
import { exitCodes } from '../../dist/cli/exit-codes.js'
import { makeParts } from '../../dist/node/node-parts.js'
import { scratchFolder } from '../scratch.ts'

const operating = readFileSync(new URL('../../../../docs/operating.md', import.meta.url), 'utf8')
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The JSON objects of the page: fenced ones and the one inside the Kubernetes example. */
const configs = [...operating.matchAll(/```json\n([\s\S]*?)```/g), ...operating.matchAll(/synod\.json: \|\n([\s\S]*?)\n---/g)].map(
  ([, json = '']) => json,
)

describe('the documents', () => {
  it.each(configs)('show configs that are accepted: %s', (json) => {
    const path = join(scratchFolder(), 'synod.json')
    writeFileSync(path, json)
    const { node } = readServeConfig(path, { env: { SYNOD_SECRET: 's', SYNOD_ID: '2', SYNOD_DATA_DIR: scratchFolder() } })
    expect(makeParts(node, '').resolved).toMatchObject({ voters: [1, 2, 3], clients: { port: 7411 } })
  })

  it('have found the configs', () => {
    expect(configs).toHaveLength(2)
  })

  it('tell every exit code', () => {
    for (const code of Object.values(exitCodes)) expect(readme).toMatch(new RegExp(`^\\| (\\d+, )?${code}(, \\d+)?\\s+\\|`, 'm'))
  })
})
