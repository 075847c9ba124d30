// A server put together by hand from the same parts as `synod serve`, for what a test must see or change from inside.
import { readFileSync } from 'node:fs'
import { createClientService, createSystemClock, createSystemRandom, replicaHealth, serveClients } from '@synod/client'
import { createReplica } from '@synod/replica'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { createTree } from '@synod/tree'
import { createWsTransport } from '@synod/transport-ws'
import type { ComposedConfig, Report, Request } from './composed-config.ts'
import { SlowStorage } from './slow-storage.ts'

const config: ComposedConfig = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const { id, cluster, peers, secret } = config
const clock = createSystemClock()
const random = createSystemRandom()
const tree = createTree()
const storage = new SlowStorage(createSqliteStorage({ directory: config.dataDir }))
const logger = {
  debug: () => {},
  info: (...what: unknown[]) => console.log('info', ...what),
  warn: (...what: unknown[]) => console.log('warn', ...what),
  error: (...what: unknown[]) => console.log('error', ...what),
}
const listen = { host: '127.0.0.1', port: Number(new URL(peers[id] ?? '').port) }
const transport = createWsTransport({ id, peers, listen, clock, random, secret, logger })
const replica = createReplica({
  ...config.timings,
  id,
  cluster,
  voters: Object.keys(peers).map(Number),
  transport,
  storage,
  stateMachine: tree,
  clock,
  random,
  pid: process.pid,
  logger,
})
const service = createClientService({ replica, watches: tree, clock, logger, ...config.bounds })

function report(): Report {
  const { role, strength, epoch, leader, commitIndex, appliedZxid } = replica.status()
  return {
    role,
    strength,
    epoch,
    leader,
    commitIndex,
    applied: appliedZxid,
    hash: tree.hash(),
    transport: transport.stats(),
    clients: service.stats(),
    clientsRejected: endpoint.rejected(),
    peakMemoryKib: process.resourceUsage().maxRSS,
    appendDelayMs: storage.appendDelayMs,
    lastEvents: replica.lastEvents(),
  }
}

process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => void replica.stop().then(() => process.exit(0)))
replica.on('halt', ({ error }) => {
  console.error(`${error.code} ${error.message}`)
  process.exit(10)
})
const { port } = config.clients
const endpoint = await serveClients({ service, port, cluster, health: replicaHealth(replica), ...(secret === undefined ? {} : { secret }) })
replica.announce(endpoint.endpoint)
await replica.start()
process.on('message', ({ request, order }: Request) => {
  storage.appendDelayMs = order.appendDelayMs ?? storage.appendDelayMs
  process.send?.({ request, report: report() })
})
