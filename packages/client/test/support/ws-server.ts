import { createClientService, createSystemClock, replicaHealth, serveClients } from '@synod/client'
import type { ClientEndpoint, ClientService, ServeClientsOptions } from '@synod/client'
import { FakeLog } from './fake-replica.ts'
import type { FakeReplica } from './fake-replica.ts'

/** A real listening endpoint over a fake replica. */
export interface WsServer {
  readonly log: FakeLog
  readonly replica: FakeReplica
  readonly service: ClientService
  readonly endpoint: string
  readonly listener: ClientEndpoint
}

const running: (() => Promise<void>)[] = []

export async function startServer(options: Partial<ServeClientsOptions> = {}): Promise<WsServer> {
  const clock = createSystemClock()
  const log = new FakeLog(clock)
  const replica = log.add(1)
  log.appoint(1)
  log.append(new Uint8Array(0))
  const service = createClientService({ replica, watches: replica.state, clock, sessionTimeoutMinMs: 1 })
  const listener = await serveClients({ service, port: 0, cluster: 'test', health: replicaHealth(replica), ...options })
  running.push(() => listener.close())
  return { log, replica, service, endpoint: listener.endpoint, listener }
}

export async function stopServers(): Promise<void> {
  await Promise.all(running.splice(0).map((stop) => stop()))
}
