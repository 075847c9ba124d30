import { createClientService, createSystemClock, createSystemRandom, replicaHealth, serveClients } from '@synod/client'
import { SynodError } from '@synod/interface'
import { createReplica } from '@synod/replica'
import type { Replica } from '@synod/replica'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { createWsTransport } from '@synod/transport-ws'
import { createTree } from '@synod/tree'
import type { Addresses } from './addresses.ts'

export interface Server {
  readonly replica: Replica
  /** Hands leadership over if it has it, lets pending work finish, closes the store. */
  stop(): Promise<void>
}

/**
 * One server, every package by hand: state machine, transport, storage, replica, and the endpoint for clients.
 * Each line can be another adapter of the same port.
 */
export async function startServer(id: number, where: Addresses, dataDir: string): Promise<Server> {
  const clock = createSystemClock()
  const random = createSystemRandom()
  const peer = new URL(required(where.peers, id))
  const endpoint = required(where.clients, id)

  const tree = createTree()
  const transport = createWsTransport({ id, peers: where.peers, listen: { host: peer.hostname, port: Number(peer.port) }, clock, random })
  const storage = createSqliteStorage({ directory: dataDir })
  const voters = Object.keys(where.peers).map(Number)
  const replica = createReplica({
    id,
    cluster: where.cluster,
    voters,
    transport,
    storage,
    stateMachine: tree,
    clock,
    random,
    endpoint,
    pid: process.pid,
  })

  await replica.start()
  const service = createClientService({ replica, watches: tree, clock })
  const port = Number(new URL(endpoint).port)
  const listening = await serveClients({ service, port, cluster: where.cluster, health: replicaHealth(replica) })

  return {
    replica,
    async stop() {
      await replica.stop()
      service.close()
      await listening.close()
    },
  }
}

function required(urls: Readonly<Record<number, string>>, id: number): string {
  const url = urls[id]
  if (url === undefined)
    throw new SynodError('SYNOD_INVALID_CONFIG', `server ${id} has no address; there are ${Object.keys(urls).join(', ')}`)
  return url
}
