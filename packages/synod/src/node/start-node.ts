import { createClientService, replicaHealth, serveClients } from '@synod/client'
import type { ClientEndpoint, ClientService, HealthSource } from '@synod/client'
import { version } from '../version.ts'
import type { NodeConfig } from './config.ts'
import { startIsolated } from './isolated/start-isolated.ts'
import { makeParts } from './node-parts.ts'
import type { NodeParts } from './node-parts.ts'
import { advertised } from './resolve-config.ts'
import { RunningNode } from './running-node.ts'
import type { SynodNode } from './synod-node.ts'

/**
 * Starts a server in this process: durable store, peers, the replicated tree, and the client endpoint when one is wished for.
 *
 * Resolves when the store is recovered and everything listens; a leader may come later (`ready`). Rejects with `SYNOD_INVALID_CONFIG`
 * (every issue at once), `SYNOD_PORT_IN_USE`, one of `SYNOD_STORAGE_*`, or the reason of `signal`, everything that was opened closed again.
 * A server that later stops for good tells it by `halt`. With `isolate` it has a thread of its own; nothing else is different.
 */
export async function startNode(config: NodeConfig): Promise<SynodNode> {
  if (config?.isolate !== true) return await startHere(config)
  // Made only to be checked: nothing is opened by that.
  const { clock, random } = makeParts(config, version)
  return await startIsolated(config, { clock, random })
}

/** The same in this thread, whatever the config says of isolation. */
export async function startHere(config: NodeConfig): Promise<RunningNode> {
  const parts = makeParts(config, version)
  const { signal } = config
  signal?.throwIfAborted()
  const closing = new AbortController()
  const service = createClientService({
    replica: parts.replica,
    watches: parts.tree,
    clock: parts.clock,
    ...parts.resolved.sessionTimeouts,
    ...(config.logger === undefined ? {} : { logger: config.logger }),
  })
  let endpoint: ClientEndpoint | null = null
  try {
    endpoint = await listenForClients(config, parts, { service, health: healthOf(parts, closing.signal) })
    const told = endpoint === null || parts.resolved.clients === null ? '' : advertised(config, parts.resolved.clients, endpoint.endpoint)
    parts.replica.announce(told)
    await abortable(parts.replica.start(), signal)
    return new RunningNode({ parts, service, listener: endpoint, endpoint: told || (endpoint?.endpoint ?? ''), closing })
  } catch (error) {
    service.close()
    await endpoint?.close()
    await parts.replica.stop({ graceful: false })
    throw error
  }
}

async function listenForClients(
  config: NodeConfig,
  { resolved }: NodeParts,
  { service, health }: { readonly service: ClientService; readonly health: HealthSource },
): Promise<ClientEndpoint | null> {
  if (resolved.clients === null) return null
  const { host, port, secret } = resolved.clients
  return await serveClients({
    service,
    host,
    port,
    cluster: resolved.cluster,
    health,
    ...(secret === undefined ? {} : { secret }),
    // An authority is given in order to ask clients for its certificates: nothing else would use it.
    ...(config.clientTls === undefined ? {} : { tls: { ...config.clientTls, requestClientCert: config.clientTls.ca !== undefined } }),
  })
}

function healthOf({ replica }: NodeParts, closing: AbortSignal): HealthSource {
  const ofReplica = replicaHealth(replica)
  return () => [{ name: 'open', ok: !closing.aborted, message: 'it is stopping' }, ...ofReplica()]
}

async function abortable(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await work
  let onAbort = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    await Promise.race([work, aborted])
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', onAbort)
    work.catch(() => {})
  }
}
