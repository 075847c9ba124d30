import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SynodError } from '@synod/interface'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { NodeConfig } from 'synod'
import { inside } from '../grammars.ts'
import { kindOf } from '../target.ts'
import type { Subject, Target } from '../target.ts'

/** `packages/synod/src/cli/serve-config.ts`. */
interface ServeConfigModule {
  readonly readServeConfig: (path: string, overrides: { readonly env: Record<string, string> }) => { readonly node: NodeConfig }
}

/** `packages/synod/src/node/node-parts.ts`: checks everything and starts nothing. */
interface NodePartsModule {
  readonly makeParts: (config: NodeConfig, version: string) => unknown
}

/** Objects that are not what they are taken for. */
const odd = fc.constantFrom({ toString: 1 }, [{ toString: 1 }], { valueOf: 'x', toString: null }, { length: -1 })

/** A good value most of the time, else anything that JSON can say. */
function nearly(good: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: good }, { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }) }, { weight: 1, arbitrary: odd })
}

const number = nearly(fc.oneof(fc.nat({ max: 70_000 }), fc.integer(), fc.double()))
const address = nearly(fc.constantFrom('ws://127.0.0.1:7401', 'wss://synod-2.example:7402', 'ws://[::1]:0', 'http://x', 'ws://a:99999', ''))
const tls = nearly(
  fc.dictionary(
    fc.constantFrom('certFile', 'keyFile', 'caFile', 'requestClientCert', 'cert'),
    fc.constantFrom('config.json', 'missing', 7),
  ),
)

const config = fc.record(
  {
    id: nearly(fc.integer({ min: 1, max: 3 })),
    cluster: nearly(fc.constantFrom('main', 'no spaces', '')),
    dataDir: nearly(fc.constantFrom('data', './data/1', 'config.json', '')),
    secret: nearly(fc.constant('secret')),
    secretFile: nearly(fc.constantFrom('config.json', 'missing')),
    peers: nearly(fc.dictionary(fc.constantFrom('1', '2', '3', '0', 'x', '__proto__', 'constructor'), address)),
    listen: nearly(fc.record({ host: nearly(fc.constant('127.0.0.1')), port: number }, { requiredKeys: [] })),
    clients: nearly(fc.record({ host: nearly(fc.constant('127.0.0.1')), port: number, advertise: address }, { requiredKeys: ['port'] })),
    tls,
    clientTls: tls,
    sessionTimeoutMinMs: number,
    sessionTimeoutMaxMs: number,
    timings: nearly(
      fc.dictionary(fc.constantFrom('heartbeatIntervalMs', 'suspicionTimeoutMinMs', 'suspicionTimeoutMaxMs', 'leaseMs'), number),
    ),
    limits: nearly(fc.dictionary(fc.constantFrom('keepEntries', 'snapshotEveryEntries', 'unknown'), number)),
    logLevel: nearly(fc.constantFrom('info', 'silent', 'loud')),
    __proto__: fc.constant({ polluted: true }),
  },
  { requiredKeys: [] },
)

async function configSubject(): Promise<Subject> {
  const { readServeConfig } = (await inside(import.meta.resolve('synod'), 'cli/serve-config.js')) as ServeConfigModule
  const { makeParts } = (await inside(import.meta.resolve('synod'), 'node/node-parts.js')) as NodePartsModule
  const folder = mkdtempSync(join(tmpdir(), 'synod-fuzz-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'config.json')
  return {
    bytesFree: 8 * 1024 * 1024,
    bytesPerByte: 512,
    grammar: fc.oneof(config, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
    run(input) {
      writeFileSync(path, input)
      const outcome = outcomeOf(() => makeParts(readServeConfig(path, { env: {} }).node, '0.0.0'))
      if ('polluted' in {}) throw new Error('changed the prototype of all objects')
      const files = readdirSync(folder)
      if (files.length !== 1) throw new Error(`left files behind: ${files.join(', ')}`)
      return outcome
    },
  }
}

function outcomeOf(check: () => unknown): string {
  try {
    check()
    return 'accepted'
  } catch (error) {
    if (!SynodError.is(error, 'SYNOD_INVALID_CONFIG')) throw error
    const issues = error.issues.map(({ path, message }) => `${kindOf(path)} ${kindOf(message)}`)
    return issues.length === 0 ? kindOf(error.message) : issues.slice(0, 3).join('; ')
  }
}

/** The file of `synod serve --config`. */
export const configTargets: readonly Target[] = [{ name: 'config-file', weight: 3, make: configSubject }]
