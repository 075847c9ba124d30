import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SynodError } from '@synod/interface'
import type { NodeConfig } from '../node/config.ts'
import { configKeys } from '../node/config.ts'
import { Issues } from '../node/issues.ts'
import { makeParts } from '../node/node-parts.ts'
import { version } from '../version.ts'
import { CliError, exitCodes } from './exit-codes.ts'

/** How much is logged, as pino knows it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** What `synod serve` runs. */
export interface ServeConfig {
  readonly node: NodeConfig
  readonly logLevel: LogLevel
}

/** Values that stand above the file. */
export interface ServeOverrides {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly id?: string
  readonly dataDir?: string
}

type Json = Record<string, unknown>

const levels: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'] satisfies LogLevel[]
const onlyInCode: readonly string[] = ['logger', 'signal', 'isolate']
const fileKeys: readonly string[] = [...configKeys.filter((key) => !onlyInCode.includes(key)), 'secretFile', 'logLevel']

/**
 * Reads a config file: the keys of `NodeConfig` as JSON, with files in the place of certificates, relative to the file itself.
 * Throws one `SYNOD_INVALID_CONFIG` with everything when something is wrong with the file as such; a file that is right is left to
 * `startNode`, which says what is wrong with its values.
 */
export function readServeConfig(path: string, overrides: ServeOverrides): ServeConfig {
  const json = parseFile(path)
  const issues = new Issues()
  const read = new FileReader(dirname(resolve(path)), issues)
  issues.unknownKeys(json, '', fileKeys)
  const { logLevel = 'info', secretFile, tls, clientTls, clients, dataDir, ...rest } = json
  if (typeof logLevel !== 'string' || !levels.includes(logLevel)) issues.add('logLevel', `must be one of ${levels.join(', ')}`)
  if (clients === undefined) issues.add('clients', 'is missing: give { "port": 7411 }, or false to take no clients at all')
  const secret = secretOf(json, overrides.env, read)
  const directory = overrides.dataDir ?? overrides.env['SYNOD_DATA_DIR']
  const id = overrides.id ?? overrides.env['SYNOD_ID']
  const node = {
    ...rest,
    ...(id === undefined ? {} : { id: Number(id) }),
    dataDir: directory ?? (typeof dataDir === 'string' ? read.path(dataDir) : dataDir),
    ...(secret === undefined ? {} : { secret }),
    ...(clients === undefined ? {} : { clients }),
    ...(tls === undefined ? {} : { tls: isObject(tls) ? read.pems(tls, 'tls', ['requestClientCert']) : tls }),
    ...(clientTls === undefined ? {} : { clientTls: isObject(clientTls) ? read.pems(clientTls, 'clientTls', []) : clientTls }),
  }
  // `startNode` will not be asked: what it would say belongs to this message. An unreadable `secretFile` is complained about already.
  const rename = (name: string): string | null => (name === 'secret' && secretFile !== undefined ? null : name)
  if (issues.any) issues.from(() => makeParts(node as unknown as NodeConfig, version), rename)
  issues.throwIfAny(path)
  return { node: node as unknown as NodeConfig, logLevel: logLevel as LogLevel }
}

function parseFile(path: string): Json {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new CliError(exitCodes.usage, `--config: ${error instanceof Error ? error.message : String(error)}`)
  }
  try {
    const json: unknown = JSON.parse(text)
    if (isObject(json)) return json
  } catch (error) {
    throw new SynodError('SYNOD_INVALID_CONFIG', `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  throw new SynodError(
    'SYNOD_INVALID_CONFIG',
    `${path} must hold a JSON object, such as { "id": 1, "dataDir": "./data", "clients": { "port": 7411 } }`,
  )
}

/** `SYNOD_SECRET` stands above the file. */
function secretOf(json: Json, env: ServeOverrides['env'], read: FileReader): string | undefined {
  const { secret, secretFile } = json
  if (env['SYNOD_SECRET'] !== undefined) return env['SYNOD_SECRET']
  if (secretFile !== undefined) {
    if (secret !== undefined) read.issues.add('secretFile', 'stands beside secret: give one of the two')
    return read.text(secretFile, 'secretFile').trim()
  }
  return secret as string | undefined
}

/** Reads what a config names by path. */
class FileReader {
  readonly issues: Issues
  readonly #folder: string

  constructor(folder: string, issues: Issues) {
    this.#folder = folder
    this.issues = issues
  }

  path(relative: string): string {
    return relative === '' ? '' : resolve(this.#folder, relative)
  }

  text(path: unknown, option: string): string {
    try {
      if (typeof path !== 'string') throw new TypeError('must be the path of a file')
      return readFileSync(this.path(path), 'utf8')
    } catch (error) {
      this.issues.add(option, error instanceof Error ? error.message : String(error))
      return ''
    }
  }

  /** `certFile`, `keyFile`, `caFile` become `cert`, `key`, `ca`. */
  pems(section: Json, name: string, more: readonly string[]): Json {
    this.issues.unknownKeys(section, `${name}.`, ['certFile', 'keyFile', 'caFile', ...more])
    const pems: Json = {}
    for (const [key, value] of Object.entries(section)) {
      if (key.endsWith('File')) pems[key.slice(0, -4)] = this.text(value, `${name}.${key}`)
      else if (more.includes(key)) pems[key] = value
    }
    return pems
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
