import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCluster, readCluster, removeCluster, writeCluster } from '../../dist/cli/cluster-file.js'
import { CliError, exitCodes } from '../../dist/cli/exit-codes.js'
import { resolveTarget, splitServers } from '../../dist/cli/target.js'
import { scratchFolder } from '../scratch.ts'

const file = { cluster: 'dev', pid: 1, servers: [{ id: 1, endpoint: 'ws://127.0.0.1:7411', peer: 'ws://127.0.0.1:7401', pid: 2 }] }

function clusterIn(folder: string): void {
  mkdirSync(join(folder, '.synod'), { recursive: true })
  writeCluster(join(folder, '.synod'), file)
}

describe('the servers of a command', () => {
  it('come from --servers first, then from SYNOD_SERVERS, then from the nearest folder', () => {
    const cwd = scratchFolder()
    clusterIn(cwd)
    const env = { SYNOD_SERVERS: 'ws://b:1' }
    expect(resolveTarget({ servers: 'ws://a:1' }, { env, cwd }).servers).toEqual(['ws://a:1'])
    expect(resolveTarget({}, { env, cwd }).servers).toEqual(['ws://b:1'])
    expect(resolveTarget({}, { env: {}, cwd })).toMatchObject({ servers: ['ws://127.0.0.1:7411'], cluster: 'dev' })
    expect(resolveTarget({}, { env: { SYNOD_SERVERS: '' }, cwd }).servers).toEqual(['ws://127.0.0.1:7411'])
  })

  it('are found from any folder below', () => {
    const top = scratchFolder()
    clusterIn(top)
    const deep = join(top, 'a/b')
    mkdirSync(deep, { recursive: true })
    expect(findCluster(deep)?.path).toBe(join(top, '.synod/cluster.json'))
  })

  it('may be separated by commas or blanks, and need no ws://', () => {
    expect(splitServers('a:1, wss://b:2\nc:3,')).toEqual(['ws://a:1', 'wss://b:2', 'ws://c:3'])
  })

  it('that nobody names are an error with the ways out', () => {
    const cwd = scratchFolder()
    expect(() => resolveTarget({}, { env: {}, cwd })).toThrow(/synod dev.*--servers.*SYNOD_SERVERS/)
  })
})

describe('what goes with them', () => {
  const cwd = '/'
  const options = { servers: 'a:1' }

  it('is the secret of a file, or of the environment', () => {
    const path = join(scratchFolder(), 'secret')
    writeFileSync(path, 'from file\n')
    const env = { SYNOD_SECRET: 'from env' }
    expect(resolveTarget({ ...options, secretFile: path }, { env, cwd }).secret).toBe('from file')
    expect(resolveTarget(options, { env, cwd }).secret).toBe('from env')
    expect(resolveTarget(options, { env: {}, cwd }).secret).toBeUndefined()
  })

  it('is a timeout in seconds', () => {
    expect(resolveTarget({ ...options, timeout: '0.5' }, { env: {}, cwd }).timeoutMs).toBe(500)
    expect(() => resolveTarget({ ...options, timeout: 'soon' }, { env: {}, cwd })).toThrow('seconds')
  })

  it('is refused when a file is not there', () => {
    try {
      resolveTarget({ ...options, ca: '/nowhere/ca.pem' }, { env: {}, cwd })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(CliError)
      expect(error).toMatchObject({ exitCode: exitCodes.usage, message: expect.stringContaining('--ca') as string })
    }
  })
})

describe('a cluster file', () => {
  it('is read as it was written, and gone when removed', () => {
    const folder = scratchFolder()
    writeCluster(folder, file)
    expect(readCluster(folder)?.file).toEqual(file)
    removeCluster(folder)
    removeCluster(folder)
    expect(readCluster(folder)).toBeNull()
  })

  it.each(['', '{', 'null', '[]', '{"cluster":"a"}', '{"cluster":"a","pid":1,"servers":[{}]}'])('%j counts for nothing', (content) => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'cluster.json'), content)
    expect(readCluster(folder)).toBeNull()
  })
})
