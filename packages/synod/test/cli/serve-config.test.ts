import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { readServeConfig } from '../../dist/cli/serve-config.js'
import type { ServeConfig, ServeOverrides } from '../../dist/cli/serve-config.js'
import { scratchFolder } from '../scratch.ts'

function read(
  content: unknown,
  overrides: Partial<ServeOverrides> = {},
  files: Readonly<Record<string, string>> = {},
): { config: ServeConfig; folder: string } {
  const folder = scratchFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const path = join(folder, 'synod.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return { config: readServeConfig(path, { env: {}, ...overrides }), folder }
}

function issuesOf(content: unknown): string[] {
  try {
    read(content)
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_INVALID_CONFIG')) return error.issues.map(({ path }) => path)
    throw error
  }
  throw new Error('it was accepted')
}

const good = { id: 1, dataDir: './data', clients: { port: 0 } }

describe('a config file', () => {
  it('gives a node config with paths relative to the file', () => {
    const { config, folder } = read(good)
    expect(config).toEqual({ logLevel: 'info', node: { id: 1, dataDir: join(folder, 'data'), clients: { port: 0 } } })
  })

  it('with an object for a log level is refused like any other', () => {
    expect(issuesOf({ ...good, logLevel: { toString: 'no function' } })).toEqual(['logLevel'])
  })

  it('with something else in the place of certificates is no file without them', () => {
    for (const value of ['server.pem', null, 7]) {
      const { config } = read({ ...good, tls: value, clientTls: value })
      expect(config.node).toMatchObject({ tls: value, clientTls: value })
      expect(issuesOf({ ...good, tls: value, clientTls: value, unknown: 1 })).toEqual(expect.arrayContaining(['tls', 'clientTls']))
    }
  })

  it('is outdone by the environment, and that by arguments', () => {
    const env = { SYNOD_ID: '2', SYNOD_DATA_DIR: '/env', SYNOD_SECRET: 'env' }
    expect(read({ ...good, secret: 'file' }, { env }).config.node).toMatchObject({ id: 2, dataDir: '/env', secret: 'env' })
    expect(read(good, { env, id: '3', dataDir: '/arg' }).config.node).toMatchObject({ id: 3, dataDir: '/arg' })
  })

  it('names files for secrets and certificates', () => {
    const files = { secret: 's3cret\n', 'c.pem': 'CERT', 'k.pem': 'KEY', 'ca.pem': 'CA' }
    const tls = { certFile: 'c.pem', keyFile: 'k.pem', caFile: 'ca.pem' }
    const { node } = read({ ...good, secretFile: 'secret', tls: { ...tls, requestClientCert: true }, clientTls: tls }, {}, files).config
    expect(node).toMatchObject({
      secret: 's3cret',
      tls: { cert: 'CERT', key: 'KEY', ca: 'CA', requestClientCert: true },
      clientTls: { cert: 'CERT', key: 'KEY', ca: 'CA' },
    })
    expect(node).not.toHaveProperty('secretFile')
  })

  it('is refused with all issues at once', () => {
    const config = {
      id: 1,
      logLevel: 'loud',
      logger: {},
      tls: { certFile: 'none.pem', cert: 'inline' },
      secret: 'a',
      secretFile: 'b',
      bogus: 1,
      timings: { heartbeatIntervalMs: 0 },
    }
    expect(issuesOf(config).sort()).toEqual([
      'bogus',
      'clients',
      'dataDir',
      'logLevel',
      'logger',
      'secretFile',
      'timings.heartbeatIntervalMs',
      'tls.cert',
      'tls.certFile',
    ])
  })

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'JSON object'],
    ['7', 'JSON object'],
  ])('%j is refused', (content, message) => {
    expect(() => read(content)).toThrow(message)
  })

  it('must be there', () => {
    expect(() => readServeConfig('/nowhere/synod.json', { env: {} })).toThrow('--config')
  })
})
