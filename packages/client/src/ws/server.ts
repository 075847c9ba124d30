import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { SynodError } from '@synod/interface'
import type { ConfigIssue } from '@synod/interface'
import { throwIssues } from '../options.ts'
import type { ClientService } from '../service/client-service.ts'
import { clientPath, refuseClient, serverHeaders } from './handshake.ts'
import type { Refusal } from './handshake.ts'
import { describeHealth } from './health.ts'
import type { HealthSource } from './health.ts'
import { linkOf, socketSettings } from './link.ts'
import { pems, tlsIssues } from './tls.ts'
import type { TlsOptions } from './tls.ts'

/** Not imported: an ES import of `node:http` also loads the WebSocket client of the runtime: megabytes and tens of milliseconds at every start. */
const { createServer: createHttpServer } = process.getBuiltinModule('node:http')

export interface ServeClientsOptions {
  readonly service: ClientService
  /** Where to listen. Default `127.0.0.1`; any address that others can reach needs a secret or mutual TLS. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** Name of the cluster; clients that ask for another are turned away. */
  readonly cluster: string
  readonly secret?: string
  /** `cert` and `key` at least. */
  readonly tls?: TlsOptions
  /** For `/readyz`; see `replicaHealth`. */
  readonly health: HealthSource
}

/** A listening client endpoint. */
export interface ClientEndpoint {
  /** What clients of this machine connect to, such as `ws://127.0.0.1:7401`. */
  readonly endpoint: string
  readonly port: number
  /** Connections turned away in the handshake since the start, by code. */
  rejected(): Readonly<Record<string, number>>
  /** Ends all connections and frees the port. Idempotent. */
  close(): Promise<void>
}

/**
 * Serves clients over WebSocket, and `/livez` and `/readyz` beside, on one port.
 *
 * Rejects with `SYNOD_INVALID_CONFIG` naming every issue (an address that others reach without secret or mutual TLS is one), and with
 * `SYNOD_PORT_IN_USE`.
 */
export async function serveClients(options: ServeClientsOptions): Promise<ClientEndpoint> {
  const host = options.host ?? '127.0.0.1'
  throwIssues('client endpoint', issuesOf(options, host))
  const { tls } = options
  const answer = (request: IncomingMessage, response: ServerResponse): void => answerHttp(request, response, options.health)
  const server: Server = tls === undefined ? createHttpServer(patience, answer) : createHttpsServer(serverTls(tls), answer)
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  const sockets = new WebSocketServer({ ...socketSettings, noServer: true, clientTracking: true })
  const rejected = new Map<string, number>()
  const handshake = { cluster: options.cluster, secret: options.secret }
  sockets.on('headers', (headers, request) => headers.push(...serverHeaders(request.headers, handshake)))
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const refusal = pathOf(request) === clientPath ? refuseClient(request.headers, handshake) : notFound
    if (refusal === null) sockets.handleUpgrade(request, socket, head, (opened) => acceptSocket(opened, socket, options.service))
    else {
      rejected.set(refusal.code, (rejected.get(refusal.code) ?? 0) + 1)
      refuseUpgrade(socket, refusal)
    }
  })
  await listen(server, options.port, host)
  const { port } = server.address() as AddressInfo
  let closing: Promise<void> | null = null
  return {
    endpoint: `${tls === undefined ? 'ws' : 'wss'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    rejected: () => Object.fromEntries(rejected),
    close: () => (closing ??= closeAll(server, sockets, open)),
  }
}

/** Whoever connects has this long to say what it wants, in milliseconds. */
const patienceMs = 10_000
const patience: ServerOptions = {
  headersTimeout: patienceMs,
  requestTimeout: patienceMs,
  connectionsCheckingInterval: 1_000,
  // A client whose machine is gone says nothing, and nothing may ever be sent to it: the system finds out.
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
}

const notFound: Refusal = { status: 404, code: 'SYNOD_BAD_FRAME', message: `clients connect to ${clientPath}` }

function issuesOf(options: ServeClientsOptions, host: string): ConfigIssue[] {
  const issues = tlsIssues(options.tls, 'server')
  const { port, cluster, secret } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    issues.push({ path: 'port', message: `(${String(port)}) must be from 0 to 65535` })
  if (typeof cluster !== 'string' || cluster === '') issues.push({ path: 'cluster', message: 'must be the name of the cluster' })
  if (secret === '') issues.push({ path: 'secret', message: 'must not be empty' })
  if (!isLoopback(host) && secret === undefined && options.tls?.requestClientCert !== true) {
    issues.push({
      path: 'host',
      message: `(${host}) can be reached by others: give a secret, or tls with requestClientCert and ca (mutual TLS), or listen on 127.0.0.1`,
    })
  }
  return issues
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function serverTls(tls: TlsOptions): ServerOptions {
  const requestCert = tls.requestClientCert === true
  return { ...patience, ...pems(tls), handshakeTimeout: patienceMs, requestCert, rejectUnauthorized: requestCert }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

function acceptSocket(socket: WebSocket, connection: Duplex, service: ClientService): void {
  const accepted = service.accept(linkOf(socket, { connection, masks: false }))
  socket.on('message', (data, isBinary) => {
    if (isBinary && data instanceof Uint8Array) accepted.onFrame(data)
    else accepted.onBadFrame('frames of this protocol are binary')
  })
  // After a frame that breaks its rules `ws` closes by itself, and says why; anything else is the end of the socket.
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code?.startsWith('WS_ERR_') === true) accepted.onBadFrame(error.message)
    else socket.terminate()
  })
  socket.on('close', () => accepted.onClosed())
}

function refuseUpgrade(socket: Duplex, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ code, message })
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  // Nobody else looks after an upgraded socket: a caller that never ends its side would keep it for ever.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

function answerHttp(request: IncomingMessage, response: ServerResponse, health: HealthSource): void {
  const path = pathOf(request)
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405).end('only GET is answered\n')
  } else if (path === '/livez') {
    response.end('ok\n')
  } else if (path === '/readyz') {
    const checks = health()
    const ready = checks.every(({ ok }) => ok)
    const verbose =
      (request.url ?? '')
        .split('?')[1]
        ?.split('&')
        .some((part) => part.split('=', 1)[0] === 'verbose') ?? false
    response.writeHead(ready ? 200 : 503).end(verbose || !ready ? describeHealth(checks) : 'ok\n')
  } else {
    response.writeHead(404).end(`here are /livez and /readyz; clients connect to ${clientPath} by WebSocket\n`)
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code !== 'EADDRINUSE')
        reject(new SynodError('SYNOD_INVALID_CONFIG', `Cannot listen on ${host}:${port}: ${error.message}`, { cause: error }))
      else
        reject(
          new SynodError(
            'SYNOD_PORT_IN_USE',
            `Port ${port} of ${host} is in use: another server of this cluster may be running; stop it or choose another port`,
            { cause: error },
          ),
        )
    }
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      server.on('error', () => {})
      resolve()
    })
  })
}

function closeAll(server: Server, sockets: WebSocketServer, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    for (const socket of sockets.clients) socket.terminate()
    server.close(() => resolve())
    sockets.close()
    for (const socket of open) socket.destroy()
  })
}
