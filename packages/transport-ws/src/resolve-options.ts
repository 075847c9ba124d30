import { createSecureContext } from 'node:tls'
import { SynodError, type Clock, type ConfigIssue, type Logger, type Random } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { WsTransportOptions } from './options.ts'
import { addressIssues, isNodeId, peerAddresses } from './peer-addresses.ts'

/** PEM material in the shape that Node.js takes. */
export interface ResolvedTls {
  readonly cert: string | Buffer
  readonly key: string | Buffer
  readonly ca: string | Buffer | undefined
  readonly requestClientCert: boolean
}

/** Options with their defaults, checked. */
export interface ResolvedOptions {
  readonly id: NodeId
  readonly listen: { readonly host: string; readonly port: number }
  readonly peers: ReadonlyMap<NodeId, string>
  /** `''` when none is required. */
  readonly secret: string
  readonly tls: ResolvedTls | null
  readonly queueBytesMax: number
  readonly frameBytesMax: number
  readonly pingIntervalMs: number
  readonly suspicionTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly closeTimeoutMs: number
  readonly reconnectMinMs: number
  readonly reconnectMaxMs: number
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger | null
}

type Bounds = readonly [path: string, fallback: number, min: number, max: number]

const mebibyte = 1024 * 1024
const hourMs = 3_600_000
const known: Readonly<Record<'options' | 'listen' | 'tls' | 'reconnect', readonly string[]>> = {
  options: [
    'id',
    'listen',
    'peers',
    'secret',
    'tls',
    'queueBytesMax',
    'frameBytesMax',
    'pingIntervalMs',
    'suspicionTimeoutMs',
    'connectTimeoutMs',
    'closeTimeoutMs',
    'reconnect',
    'clock',
    'random',
    'logger',
  ],
  listen: ['host', 'port'],
  tls: ['cert', 'key', 'ca', 'requestClientCert'],
  reconnect: ['minMs', 'maxMs'],
}

/** Checks the options and fills in the defaults. Throws one `SYNOD_INVALID_CONFIG` that lists every issue. */
export function resolveOptions(options: WsTransportOptions): ResolvedOptions {
  const issues: ConfigIssue[] = []
  const input = isObject(options) ? options : ({} as WsTransportOptions)
  issues.push(...unknownKeys(input, '', known.options))
  const number = (value: unknown, bounds: Bounds): number => boundedInteger(value, bounds, issues)

  if (!isNodeId(input.id)) issues.push({ path: 'id', message: `must be an integer from 1 to 65535, is ${show(input.id)}` })
  const tls = resolveTls(input.tls, issues)
  issues.push(...addressIssues(input.id, input.peers, tls !== null))
  const reconnect = section(input.reconnect, 'reconnect', issues)
  const resolved: ResolvedOptions = {
    id: input.id,
    listen: resolveListen(input.listen, issues),
    peers: peerAddresses(input.peers),
    secret: resolveSecret(input.secret, issues),
    tls,
    queueBytesMax: number(input.queueBytesMax, ['queueBytesMax', 64 * mebibyte, 1024, 4096 * mebibyte]),
    frameBytesMax: number(input.frameBytesMax, ['frameBytesMax', 16 * mebibyte, 1024, 1024 * mebibyte]),
    pingIntervalMs: number(input.pingIntervalMs, ['pingIntervalMs', 1000, 1, hourMs]),
    suspicionTimeoutMs: number(input.suspicionTimeoutMs, ['suspicionTimeoutMs', 1000, 1, hourMs]),
    connectTimeoutMs: number(input.connectTimeoutMs, ['connectTimeoutMs', 1000, 1, hourMs]),
    closeTimeoutMs: number(input.closeTimeoutMs, ['closeTimeoutMs', 250, 1, 60_000]),
    reconnectMinMs: number(reconnect['minMs'], ['reconnect.minMs', 10, 1, hourMs]),
    reconnectMaxMs: number(reconnect['maxMs'], ['reconnect.maxMs', 500, 1, hourMs]),
    clock: input.clock,
    random: input.random,
    logger: input.logger ?? null,
  }
  checkRelations(resolved, issues)
  checkPorts(input, issues)
  throwIssues(issues)
  return Object.freeze(resolved)
}

/** Throws `SYNOD_INVALID_CONFIG` with all issues, when there are any. */
export function throwIssues(issues: readonly ConfigIssue[]): void {
  if (issues.length === 0) return
  const lines = issues.map(({ path, message }) => `  ${path}: ${message}`).join('\n')
  throw new SynodError('SYNOD_INVALID_CONFIG', `the options of the transport cannot be used:\n${lines}`, { issues })
}

function resolveListen(value: unknown, issues: ConfigIssue[]): { host: string; port: number } {
  if (!isObject(value)) {
    issues.push({ path: 'listen', message: `must be { host, port }, is ${show(value)}` })
    return { host: '', port: 0 }
  }
  issues.push(...unknownKeys(value, 'listen.', known.listen))
  const { host, port } = value as { host?: unknown; port?: unknown }
  if (typeof host !== 'string' || host === '') {
    issues.push({ path: 'listen.host', message: `must be an address or a host name, is ${show(host)}` })
  }
  if (port === undefined) issues.push({ path: 'listen.port', message: 'is missing: give a port, or 0 for a free one' })
  return { host: typeof host === 'string' ? host : '', port: boundedInteger(port, ['listen.port', 0, 0, 65_535], issues) }
}

function resolveSecret(value: unknown, issues: ConfigIssue[]): string {
  if (value === undefined) return ''
  if (typeof value === 'string' && value !== '') return value
  issues.push({ path: 'secret', message: 'must be a text that is not empty; leave it out when no secret is required' })
  return ''
}

function resolveTls(value: unknown, issues: ConfigIssue[]): ResolvedTls | null {
  if (value === undefined) return null
  if (!isObject(value)) {
    issues.push({ path: 'tls', message: `must be { cert, key, ca?, requestClientCert? }, is ${show(value)}` })
    return null
  }
  issues.push(...unknownKeys(value, 'tls.', known.tls))
  const { cert, key, ca, requestClientCert } = value as Record<string, unknown>
  const before = issues.length
  const resolved: ResolvedTls = {
    cert: pem(cert, 'tls.cert', issues),
    key: pem(key, 'tls.key', issues),
    ca: ca === undefined ? undefined : pem(ca, 'tls.ca', issues),
    requestClientCert: requestClientCert === true,
  }
  if (requestClientCert !== undefined && typeof requestClientCert !== 'boolean') {
    issues.push({ path: 'tls.requestClientCert', message: `must be true or false, is ${show(requestClientCert)}` })
  }
  if (resolved.requestClientCert && ca === undefined) {
    issues.push({ path: 'tls.ca', message: 'is required with requestClientCert: without it nobody can say whose certificates count' })
  }
  if (issues.length === before) {
    try {
      createSecureContext({ cert: resolved.cert, key: resolved.key, ...(resolved.ca === undefined ? {} : { ca: resolved.ca }) })
    } catch (error) {
      issues.push({ path: 'tls', message: `the certificate or its key cannot be used: ${(error as Error).message}` })
    }
  }
  return resolved
}

function pem(value: unknown, path: string, issues: ConfigIssue[]): string | Buffer {
  if (typeof value === 'string' && value !== '') return value
  if (value instanceof Uint8Array && value.length > 0) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  issues.push({ path, message: 'must be PEM, as text or bytes' })
  return ''
}

function section(value: unknown, path: 'reconnect', issues: ConfigIssue[]): Record<string, unknown> {
  if (value === undefined) return {}
  if (!isObject(value)) {
    issues.push({ path, message: `must be an object, is ${show(value)}` })
    return {}
  }
  issues.push(...unknownKeys(value, `${path}.`, known[path]))
  return value as Record<string, unknown>
}

function boundedInteger(value: unknown, [path, fallback, min, max]: Bounds, issues: ConfigIssue[]): number {
  if (value === undefined) return fallback
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number
  issues.push({ path, message: `must be an integer from ${min} to ${max}, is ${show(value)}` })
  return fallback
}

function checkRelations(resolved: ResolvedOptions, issues: ConfigIssue[]): void {
  const { reconnectMinMs, reconnectMaxMs, queueBytesMax, frameBytesMax } = resolved
  if (reconnectMinMs > reconnectMaxMs) {
    issues.push({ path: 'reconnect', message: `minMs (${reconnectMinMs}) must not exceed maxMs (${reconnectMaxMs})` })
  }
  if (queueBytesMax < frameBytesMax) {
    issues.push({
      path: 'queueBytesMax',
      message: `(${queueBytesMax}) must be at least frameBytesMax (${frameBytesMax}), or the largest frame could never be sent`,
    })
  }
}

function checkPorts(input: WsTransportOptions, issues: ConfigIssue[]): void {
  const ports = { clock: ['now', 'setTimer', 'defer'], random: ['next', 'bytes'], logger: ['debug', 'info', 'warn', 'error'] } as const
  for (const name of ['clock', 'random', 'logger'] as const) {
    const port: unknown = input[name]
    if (port === undefined && name === 'logger') continue
    const missing = ports[name].filter((method) => !isObject(port) || typeof (port as Record<string, unknown>)[method] !== 'function')
    if (missing.length > 0) issues.push({ path: name, message: `must have the methods ${missing.join(', ')}` })
  }
}

function unknownKeys(value: object, prefix: string, names: readonly string[]): ConfigIssue[] {
  const unknown = Object.keys(value).filter((key) => !names.includes(key))
  return unknown.map((key) => ({ path: `${prefix}${key}`, message: `is no option; there are ${names.join(', ')}` }))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A wrong value for a message. An object is only named: its own `toString` may be anything. */
function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
