import { createSystemClock, createSystemRandom } from '@synod/client'
import type { Clock, LogStorage, Random, Transport } from '@synod/interface'
import { createMemoryNetwork } from '@synod/memory'
import { createReplica } from '@synod/replica'
import type { Replica } from '@synod/replica'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { createWsTransport } from '@synod/transport-ws'
import { createTree } from '@synod/tree'
import type { Tree } from '@synod/tree'
import type { NodeConfig } from './config.ts'
import { Issues } from './issues.ts'
import { resolveNode } from './resolve-config.ts'
import type { ResolvedNode } from './resolve-config.ts'

/** What a server is made of. Nothing of it is started. */
export interface NodeParts {
  readonly resolved: ResolvedNode
  readonly clock: Clock
  readonly random: Random
  readonly tree: Tree
  readonly transport: Transport
  readonly replica: Replica
}

/** Checks a config completely and makes the parts. Throws one `SYNOD_INVALID_CONFIG` that lists every issue; touches nothing then. */
export function makeParts(config: NodeConfig, version: string): NodeParts {
  if (typeof config !== 'object' || config === null) throw new TypeError('startNode needs a config object')
  const issues = new Issues()
  const resolved = resolveNode(config, issues)
  const clock = createSystemClock()
  const random = createSystemRandom()
  const tree = createTree()
  const storage = issues.from(
    () => createSqliteStorage({ directory: config.dataDir }),
    (path) => (path === 'directory' ? 'dataDir' : path),
  )
  const transport = makeTransport(config, { resolved, clock, random }, issues)
  const replica = issues.from(
    () =>
      createReplica({
        ...section(config.timings),
        ...section(config.limits),
        id: config.id,
        cluster: resolved.cluster,
        voters: resolved.voters,
        transport: transport ?? ({} as Transport),
        storage: storage ?? ({} as LogStorage),
        stateMachine: tree,
        clock,
        random,
        pid: process.pid,
        version,
        ...given('logger', config.logger),
      }),
    (path) => pathInConfig(path, config),
  )
  issues.throwIfAny('the config of this server')
  if (transport === null || replica === null) throw new Error('a part was refused without an issue')
  return { resolved, clock, random, tree, transport, replica }
}

function makeTransport(
  config: NodeConfig,
  made: { readonly resolved: ResolvedNode; readonly clock: Clock; readonly random: Random },
  issues: Issues,
): Transport | null {
  const { id, peers, secret, tls, logger } = config
  const { resolved, clock, random } = made
  const { listen } = resolved
  if (peers === undefined || listen === null) return createMemoryNetwork({ clock }).transport(id)
  return issues.from(
    () => createWsTransport({ id, peers, listen, clock, random, secret, tls, logger }),
    (path) => path,
  )
}

/** The replica has its options side by side; here they are grouped. The transport checks each peer, and that this server is one. */
function pathInConfig(path: string, config: NodeConfig): string | null {
  if (path.startsWith('voters.')) return null
  if (path === 'voters') return Object.keys(config.peers ?? {}).some((id) => Number(id) === config.id) ? 'peers' : null
  if (Object.hasOwn(section(config.timings), path)) return `timings.${path}`
  if (Object.hasOwn(section(config.limits), path)) return `limits.${path}`
  return path
}

/** A group of options; none when it is no object, which `resolveNode` complains about. */
function section<T extends object>(value: T | undefined): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {}
}

function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}
