import { existsSync, statSync } from 'node:fs'
import { sessionTimeoutMsMax } from '@synod/tree/commands'
import type { NodeConfig } from './config.ts'
import { configKeys } from './config.ts'
import { hostAndPort, inUrl, isLoopback, isWildcard } from './hosts.ts'
import type { Issues } from './issues.ts'

/** Where clients are taken, with every default. */
export interface ResolvedClients {
  readonly host: string
  readonly port: number
  readonly secret: string | undefined
  /** `''`: tell them where it listens. */
  readonly advertise: string
}

/** The parts of a config that `startNode` itself decides about; the rest is checked by the parts it goes to. */
export interface ResolvedNode {
  readonly cluster: string
  readonly voters: readonly number[]
  /** `null` for a server alone that has no address. */
  readonly listen: { readonly host: string; readonly port: number } | null
  readonly clients: ResolvedClients | null
  readonly sessionTimeouts: SessionTimeouts
}

/** Bounds of the session timeouts of this server's clients, named as the client service takes them. */
export interface SessionTimeouts {
  readonly sessionTimeoutMinMs: number
  readonly sessionTimeoutMaxMs: number
}

/** Checks what no part can check by itself; complaints go to `issues`, and the result is meaningful only when there is none. */
export function resolveNode(config: NodeConfig, issues: Issues): ResolvedNode {
  issues.unknownKeys(config, '', configKeys)
  checkDataDir(config.dataDir, issues)
  if (config.secret !== undefined && (typeof config.secret !== 'string' || config.secret === '')) {
    issues.add('secret', 'must be a text that is not empty; leave it out when none is required')
  }
  for (const key of ['timings', 'limits', 'tls', 'clientTls', 'listen'] as const) {
    if (config[key] !== undefined && !isObject(config[key])) issues.add(key, 'must be an object')
  }
  const listen = resolveListen(config, issues)
  const clients = resolveClients(config, issues)
  const sessionTimeouts = resolveSessionTimeouts(config, issues)
  return { cluster: config.cluster ?? 'default', voters: votersOf(config), listen, clients, sessionTimeouts }
}

function resolveSessionTimeouts(config: NodeConfig, issues: Issues): SessionTimeouts {
  const { sessionTimeoutMinMs = 2_000, sessionTimeoutMaxMs = 60_000 } = config
  const isTimeout = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= sessionTimeoutMsMax
  for (const [path, value] of Object.entries({ sessionTimeoutMinMs, sessionTimeoutMaxMs })) {
    if (!isTimeout(value)) issues.add(path, `must be a whole number of milliseconds from 1 to ${sessionTimeoutMsMax}, is ${shown(value)}`)
  }
  if (isTimeout(sessionTimeoutMinMs) && isTimeout(sessionTimeoutMaxMs) && sessionTimeoutMinMs > sessionTimeoutMaxMs)
    issues.add('sessionTimeoutMinMs', `(${sessionTimeoutMinMs}) must not exceed sessionTimeoutMaxMs (${sessionTimeoutMaxMs})`)
  return { sessionTimeoutMinMs, sessionTimeoutMaxMs }
}

function votersOf({ id, peers }: NodeConfig): readonly number[] {
  return isObject(peers) ? Object.keys(peers).map(Number) : [id]
}

function checkDataDir(dataDir: unknown, issues: Issues): void {
  if (typeof dataDir !== 'string' || dataDir === '' || dataDir.includes('\0')) {
    issues.add('dataDir', 'must be the path of a directory for this server alone')
  } else if (existsSync(dataDir) && !statSync(dataDir).isDirectory()) {
    issues.add('dataDir', `(${dataDir}) is a file; it must be a directory, or not be there yet`)
  }
}

function resolveListen(config: NodeConfig, issues: Issues): { host: string; port: number } | null {
  const { id, peers, secret, tls } = config
  const listen = isObject(config.listen) ? config.listen : {}
  issues.unknownKeys(listen, 'listen.', ['host', 'port'])
  if (peers === undefined) {
    if (Object.keys(listen).length > 0) issues.add('listen', 'is of no use without peers: a server alone opens no port for them')
    return null
  }
  const own = isObject(peers) && Number.isInteger(id) ? hostAndPort(peers[id]) : null
  const resolved = { host: listen.host ?? own?.host ?? '127.0.0.1', port: listen.port ?? own?.port ?? 0 }
  const guarded = secret !== undefined || tls?.requestClientCert === true
  if (own !== null && typeof resolved.host === 'string' && !isLoopback(resolved.host) && !guarded) {
    issues.add(
      'secret',
      `is missing: ${resolved.host} can be reached by others. Give a secret, or tls with ca and requestClientCert, or listen on 127.0.0.1`,
    )
  }
  return resolved
}

function resolveClients(config: NodeConfig, issues: Issues): ResolvedClients | null {
  const { clients } = config
  if (clients === undefined || clients === false) {
    if (config.clientTls !== undefined) issues.add('clientTls', 'is of no use without clients')
    return null
  }
  if (!isObject(clients)) {
    issues.add('clients', 'must be { host?, port, advertise?, secret? }, or false')
    return null
  }
  issues.unknownKeys(clients, 'clients.', ['host', 'port', 'advertise', 'secret'])
  const { host = '127.0.0.1', port, advertise } = clients
  const secret = clients.secret ?? config.secret
  if (typeof host !== 'string' || host === '') issues.add('clients.host', 'must be an address or a host name')
  if (!Number.isInteger(port) || port < 0 || port > 65_535) issues.add('clients.port', `must be from 0 to 65535, is ${shown(port)}`)
  if (clients.secret !== undefined && (typeof clients.secret !== 'string' || clients.secret === '')) {
    issues.add('clients.secret', 'must be a text that is not empty')
  }
  if (advertise !== undefined && hostAndPort(advertise) === null) issues.add('clients.advertise', 'must be an address like ws://host:7411')
  if (typeof host === 'string' && !isLoopback(host) && secret === undefined && config.clientTls?.ca === undefined) {
    issues.add(
      'clients.host',
      `(${host}) can be reached by others: give a secret, or clientTls with ca for mutual TLS, or listen on 127.0.0.1`,
    )
  }
  checkClientTls(config, issues)
  return { host, port, secret, advertise: advertise ?? '' }
}

function checkClientTls({ clientTls }: NodeConfig, issues: Issues): void {
  if (!isObject(clientTls)) return
  issues.unknownKeys(clientTls, 'clientTls.', ['ca', 'cert', 'key'])
  if (clientTls.cert === undefined || clientTls.key === undefined) issues.add('clientTls', 'must have cert and key')
}

/** What clients and peers are told about the endpoint that listens at `endpoint`; `''` when this server cannot know how others reach it. */
export function advertised(config: NodeConfig, clients: ResolvedClients, endpoint: string): string {
  if (clients.advertise !== '') return clients.advertise
  if (!isWildcard(clients.host)) return endpoint
  const own = hostAndPort(config.peers?.[config.id])
  if (own === null) return ''
  const { protocol, port } = new URL(endpoint)
  return `${protocol}//${inUrl(own.host)}:${port}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A wrong value for a message. An object is only named: its own `toString` may be anything. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}
