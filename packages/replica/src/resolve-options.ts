import type { ConfigIssue, Logger } from '@synod/interface'
import { SynodError } from '@synod/interface'
import { payloadBytesMax } from '@synod/wire'
import type { ReplicaBounds, ReplicaOptions, ReplicaTimings, ResolvedOptions } from './options.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** Default of every number, with the range that is accepted (both ends included). */
const numbers: { readonly [K in keyof Required<ReplicaTimings> | keyof Required<ReplicaBounds>]: readonly [number, number, number] } = {
  heartbeatIntervalMs: [50, 1, 60_000],
  suspicionTimeoutMinMs: [150, 3, 600_000],
  suspicionTimeoutMaxMs: [2_000, 3, 600_000],
  submitTimeoutMs: [5_000, 1, 3_600_000],
  readTimeoutMs: [5_000, 1, 3_600_000],
  touchIntervalMs: [15, 1, 1_000],
  stopTimeoutMs: [2_000, 0, 600_000],
  maxUncommittedBytes: [64 * MIB, 64 * KIB, 1024 * MIB],
  submitQueueMax: [10_000, 1, 1_000_000],
  commandBytesMax: [payloadBytesMax, 1, payloadBytesMax],
  chunkBytesMax: [256 * KIB, KIB, MIB],
  applyBatchMax: [2_000, 1, 1_000_000],
  snapshotLogBytesMin: [8 * MIB, 1, Number.MAX_SAFE_INTEGER],
  snapshotLogBytesMax: [64 * MIB, 1, Number.MAX_SAFE_INTEGER],
  snapshotLogEntriesMax: [200_000, 1, Number.MAX_SAFE_INTEGER],
  keepEntries: [10_000, 0, Number.MAX_SAFE_INTEGER],
  appendBytesMax: [MIB, 1, 4 * MIB],
}

const ports = ['transport', 'storage', 'stateMachine', 'clock', 'random'] as const
const others = ['id', 'cluster', 'voters', 'logger', 'endpoint', 'pid', 'version'] as const
const votersMax = 9

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** Checks all options at once; throws `SYNOD_INVALID_CONFIG` with every issue, or returns them with defaults, frozen. */
export function resolveOptions(options: ReplicaOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError('createReplica needs an object of options')
  const issues: ConfigIssue[] = []
  const values = resolveNumbers(options, issues)
  checkUnknown(options, issues)
  checkIdentity(options, issues)
  for (const port of ports) {
    if (typeof options[port] !== 'object' || options[port] === null) issues.push({ path: port, message: `${port} is missing` })
  }
  checkRelations(values, issues)
  if (issues.length > 0) {
    const list = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')
    throw new SynodError('SYNOD_INVALID_CONFIG', `invalid options of createReplica: ${list}`, { issues })
  }
  return Object.freeze({
    ...values,
    id: options.id,
    cluster: options.cluster ?? 'default',
    voters: Object.freeze(Array.from(options.voters).sort((a, b) => a - b)),
    transport: options.transport,
    storage: options.storage,
    stateMachine: options.stateMachine,
    clock: options.clock,
    random: options.random,
    logger: options.logger ?? silent,
    endpoint: options.endpoint ?? '',
    pid: options.pid ?? 0,
    version: options.version ?? '',
  })
}

type Numbers = Required<ReplicaTimings> & Required<ReplicaBounds>

function resolveNumbers(options: ReplicaOptions, issues: ConfigIssue[]): Numbers {
  const values: Record<string, number> = {}
  for (const [name, [preset, least, most]] of Object.entries(numbers)) {
    const given: unknown = options[name as keyof Numbers]
    values[name] = preset
    if (given === undefined) continue
    if (typeof given !== 'number' || !Number.isSafeInteger(given) || given < least || given > most) {
      issues.push({ path: name, message: `${name} (${shown(given)}) must be an integer from ${least} to ${most}` })
    } else {
      values[name] = given
    }
  }
  return values as unknown as Numbers
}

function checkUnknown(options: ReplicaOptions, issues: ConfigIssue[]): void {
  const known = new Set<string>([...Object.keys(numbers), ...ports, ...others])
  for (const key of Object.keys(options)) {
    if (!known.has(key)) issues.push({ path: key, message: `unknown option ${key}` })
  }
}

function checkIdentity(options: ReplicaOptions, issues: ConfigIssue[]): void {
  const cluster = options.cluster ?? 'default'
  if (typeof cluster !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(cluster)) {
    issues.push({ path: 'cluster', message: 'cluster must be 1 to 64 letters, digits, dots, dashes or underscores' })
  }
  if (!isNodeId(options.id)) issues.push({ path: 'id', message: `id (${shown(options.id)}) must be an integer from 1 to 65535` })
  if (!Array.isArray(options.voters) || options.voters.length === 0) {
    issues.push({ path: 'voters', message: 'voters must list the id of every server, this one included' })
    return
  }
  const voters: readonly unknown[] = options.voters
  voters.forEach((voter, position) => {
    if (!isNodeId(voter)) {
      issues.push({ path: `voters.${position}`, message: `${shown(voter)} must be an integer from 1 to 65535` })
    } else if (voters.indexOf(voter) !== position) {
      issues.push({ path: `voters.${position}`, message: `${voter} is there twice` })
    }
  })
  if (voters.length > votersMax) {
    issues.push({ path: 'voters', message: `${voters.length} voters, at most ${votersMax} are supported` })
  }
  if (isNodeId(options.id) && !voters.includes(options.id)) {
    issues.push({ path: 'voters', message: `the own id (${options.id}) is not among the voters (${voters.join(', ')})` })
  }
}

function checkRelations(values: Numbers, issues: ConfigIssue[]): void {
  const { heartbeatIntervalMs: heartbeat, suspicionTimeoutMinMs: least, suspicionTimeoutMaxMs: most } = values
  if (least <= 2 * heartbeat) {
    issues.push({
      path: 'suspicionTimeoutMinMs',
      message: `suspicionTimeoutMinMs (${least}) must exceed 2 × heartbeatIntervalMs (${heartbeat})`,
    })
  }
  if (most < least) {
    issues.push({
      path: 'suspicionTimeoutMaxMs',
      message: `suspicionTimeoutMaxMs (${most}) must not be below suspicionTimeoutMinMs (${least})`,
    })
  }
  if (values.maxUncommittedBytes < 2 * values.commandBytesMax) {
    issues.push({
      path: 'maxUncommittedBytes',
      message: `maxUncommittedBytes (${values.maxUncommittedBytes}) must be at least 2 × commandBytesMax (${values.commandBytesMax})`,
    })
  }
  if (values.snapshotLogBytesMax < values.snapshotLogBytesMin) {
    issues.push({
      path: 'snapshotLogBytesMax',
      message: `snapshotLogBytesMax (${values.snapshotLogBytesMax}) must not be below snapshotLogBytesMin (${values.snapshotLogBytesMin})`,
    })
  }
}

function isNodeId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= 65_535
}

/** A wrong value for a message. An object is only named: its own `toString` may be anything. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}
