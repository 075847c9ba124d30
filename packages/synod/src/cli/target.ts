import { readFileSync } from 'node:fs'
import type { TlsOptions } from '@synod/client'
import { findCluster } from './cluster-file.ts'
import type { FoundCluster } from './cluster-file.ts'
import { CliError, exitCodes } from './exit-codes.ts'

/** Options that every command which talks to a cluster has. */
export interface TargetFlags {
  readonly servers?: string
  readonly cluster?: string
  readonly secretFile?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** Seconds. */
  readonly timeout?: string
}

/** Where a command finds its cluster. */
export interface Target {
  readonly servers: readonly string[]
  /** The file that named them, when a file did. */
  readonly found: FoundCluster | null
  readonly timeoutMs: number
  readonly cluster: string | undefined
  readonly secret: string | undefined
  readonly tls: TlsOptions | undefined
}

/** What a target depends on besides the options. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

const timeoutDefaultMs = 10_000

/** Servers from `--servers`, else `SYNOD_SERVERS`, else the nearest `.synod/cluster.json`. Throws when none of them names any. */
export function resolveTarget(flags: TargetFlags, { env, cwd }: Surroundings): Target {
  const listed = flags.servers ?? env['SYNOD_SERVERS']
  const found = listed === undefined || listed === '' ? findCluster(cwd) : null
  const servers = found === null ? splitServers(listed ?? '') : found.file.servers.map(({ endpoint }) => endpoint)
  if (servers.length === 0) {
    throw new CliError(
      exitCodes.usage,
      `which cluster? There is no .synod/cluster.json in ${cwd} or above. Start one here with "synod dev" (or "npm start"), ` +
        'or name servers with --servers ws://host:port,… or SYNOD_SERVERS',
    )
  }
  return {
    servers,
    found,
    timeoutMs: timeoutOf(flags.timeout),
    cluster: flags.cluster ?? env['SYNOD_CLUSTER'] ?? found?.file.cluster,
    secret: flags.secretFile === undefined ? env['SYNOD_SECRET'] : readText(flags.secretFile, '--secret-file').trim(),
    tls: tlsOf(flags),
  }
}

/** `host:port` is taken for `ws://host:port`. */
export function splitServers(list: string): string[] {
  return list
    .split(/[\s,]+/)
    .filter((server) => server !== '')
    .map((server) => (/^wss?:\/\//.test(server) ? server : `ws://${server}`))
}

function timeoutOf(seconds: string | undefined): number {
  if (seconds === undefined) return timeoutDefaultMs
  const ms = Math.round(Number(seconds) * 1000)
  if (Number.isSafeInteger(ms) && ms > 0) return ms
  throw new CliError(exitCodes.usage, `--timeout takes seconds, such as 2.5, not ${seconds}`)
}

function tlsOf({ ca, cert, key }: TargetFlags): TlsOptions | undefined {
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  return {
    ...(ca === undefined ? {} : { ca: readText(ca, '--ca') }),
    ...(cert === undefined ? {} : { cert: readText(cert, '--cert') }),
    ...(key === undefined ? {} : { key: readText(key, '--key') }),
  }
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CliError(exitCodes.usage, `${option}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
