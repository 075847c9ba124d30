import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { SynodError, type TransportIdentity } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { WebSocketServer, type WebSocket } from 'ws'
import { closeCode } from './connection.ts'
import { answerHeaders, isConfirmation, readHello, type Answer, type Hello } from './hello.ts'
import { refusalBody, refusalResponse, refusalStatus, type Refusal } from './refusal.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { commonSocketOptions } from './web-socket-options.ts'

/** Not imported: an ES import of `node:http` also loads the WebSocket client of the runtime: megabytes and tens of milliseconds at every start. */
const { createServer } = process.getBuiltinModule('node:http')

/** Sockets at one time, peers and strangers together: a cluster has a handful of peers. */
const socketsMax = 1024
const headersTimeoutMs = 5000

/** What the listener asks and tells its owner. */
export interface ListenerOptions {
  readonly options: ResolvedOptions
  identity(): TransportIdentity
  /** Decides about an authenticated caller. `null` means welcome. */
  judge(hello: Hello): Refusal | null
  /** Somebody was turned away; `from` is who they said they are. */
  onRefusal(from: NodeId | null, refusal: Refusal): void
  /** A caller that was welcome went away, or failed to prove itself, before the connection was made. */
  onUnconfirmed(hello: Hello): void
  /** The caller has proved itself in both directions. */
  onAccepted(ws: WebSocket, socket: Duplex, hello: Hello): void
}

/** The listening half: HTTP(S), the handshake of whoever dials, and clear answers for everybody else. */
export class Listener {
  readonly #options: ListenerOptions
  readonly #server: Server
  readonly #upgrades: WebSocketServer
  readonly #sockets = new Set<Socket>()
  readonly #answers = new WeakMap<IncomingMessage, string[]>()
  #closed = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#upgrades = new WebSocketServer({ ...commonSocketOptions(options.options), noServer: true, clientTracking: false })
    this.#upgrades.on('headers', (headers, request) => headers.push(...(this.#answers.get(request) ?? [])))
    this.#server = makeServer(options.options)
    this.#server.headersTimeout = headersTimeoutMs
    this.#server.maxConnections = socketsMax
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('request', (request, response) => this.#answerPlainRequest(request, response))
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#clientError(error, socket))
  }

  /** Resolves when it listens. */
  listen(): Promise<void> {
    const { host, port } = this.#options.options.listen
    return new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException): void => reject(listenError(error, host, port))
      this.#server.once('error', onError)
      this.#server.listen({ host, port }, () => {
        this.#server.removeListener('error', onError)
        this.#server.on('error', (error) => this.#options.options.logger?.error({ error }, 'the peer listener failed'))
        resolve()
      })
    })
  }

  address(): { host: string; port: number } {
    const { address, port } = this.#server.address() as AddressInfo
    return { host: address, port }
  }

  /** Accepts nobody any more. Connections that are open stay. */
  refuseNew(): void {
    this.#closed = true
    if (this.#server.listening) this.#server.close()
  }

  /** Destroys what is left and resolves when no handle is open. */
  close(): Promise<void> {
    this.refuseNew()
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => {
      if (this.#sockets.size === 0) resolve()
      for (const socket of this.#sockets) {
        socket.once('close', () => {
          if (this.#sockets.size === 0) resolve()
        })
      }
    })
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { options, judge, identity } = this.#options
    if (this.#closed) {
      this.#refuse(socket, null, { code: 'SYNOD_STOPPED', message: 'this server is stopping' })
      return
    }
    const hello = readHello(request.headers, options.secret)
    if (!('nonce' in hello)) {
      this.#refuse(socket, claimedId(request), hello)
      return
    }
    const refusal = judge(hello)
    if (refusal !== null) {
      this.#refuse(socket, hello.from, refusal)
      return
    }
    const { incarnation, clusterId } = identity()
    const answer: Answer = { incarnation, clusterId, nonce: Buffer.from(options.random.bytes(16)).toString('hex') }
    this.#answers.set(request, answerHeaders(answer, hello, options.secret))
    this.#upgrades.handleUpgrade(request, socket, head, (ws) => this.#awaitConfirmation({ ws, socket, hello, answer }))
  }

  #awaitConfirmation({ ws, socket, hello, answer }: { ws: WebSocket; socket: Duplex; hello: Hello; answer: Answer }): void {
    const { options, onAccepted, onRefusal, onUnconfirmed } = this.#options
    const { clock, connectTimeoutMs, secret } = options
    const cancelTimer = clock.setTimer(clock.now() + connectTimeoutMs * 1000, () => ws.terminate())
    ws.on('error', () => {})
    ws.once('close', () => {
      cancelTimer()
      onUnconfirmed(hello)
    })
    ws.once('message', (data: Buffer, isBinary: boolean) => {
      cancelTimer()
      if (this.#closed) {
        ws.terminate()
      } else if (isBinary && isConfirmation(data, answer, { hello, secret })) {
        ws.removeAllListeners()
        onAccepted(ws, socket, hello)
      } else {
        ws.close(closeCode.unauthorized, 'not confirmed')
        onRefusal(hello.from, { code: 'SYNOD_UNAUTHORIZED', message: 'the handshake was not confirmed: a recorded one was played back' })
      }
    })
  }

  /**
   * `https` reports failed TLS handshakes here as well; one that failed for the caller's certificate looks like a reset, but for
   * `authorizationError`. A caller that just goes away is no news.
   */
  #clientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    const code = error.code ?? ''
    if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP_')) {
      this.#refuse(socket, null, { code: 'SYNOD_BAD_FRAME', message: 'this is no HTTP request, or it took too long' })
      return
    }
    socket.destroy()
    if (this.#options.options.tls === null) return
    const blame = socket instanceof TLSSocket ? socket.authorizationError : null
    if (!blame && (code === 'ECONNRESET' || code === 'EPIPE')) return
    this.#options.onRefusal(null, {
      code: 'SYNOD_UNAUTHORIZED',
      message: blame
        ? `its certificate was not accepted in the TLS handshake: ${String(blame)}`
        : `the TLS handshake failed: ${error.message}`,
    })
  }

  #refuse(socket: Duplex, from: NodeId | null, refusal: Refusal): void {
    socket.on('error', () => {})
    if (socket.writable) socket.end(refusalResponse(refusal), () => socket.destroy())
    else socket.destroy()
    this.#options.onRefusal(from, refusal)
  }

  #answerPlainRequest(request: IncomingMessage, response: ServerResponse): void {
    const refusal: Refusal = {
      code: 'SYNOD_NOT_SUPPORTED',
      message: `this is the peer port of a Synod server: it speaks WebSocket with its peers only; clients, /livez and /readyz use the client port`,
    }
    request.resume()
    response.writeHead(refusalStatus(refusal), { 'Content-Type': 'application/json', Connection: 'close', Upgrade: 'websocket' })
    response.end(refusalBody(refusal))
  }
}

function makeServer({ tls }: ResolvedOptions): Server {
  const http = { noDelay: true, maxHeaderSize: 8192, connectionsCheckingInterval: 1000 }
  if (tls === null) return createServer(http)
  const { cert, key, ca, requestClientCert } = tls
  return createTlsServer({
    ...http,
    handshakeTimeout: headersTimeoutMs,
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    requestCert: requestClientCert,
    rejectUnauthorized: requestClientCert,
    minVersion: 'TLSv1.2',
  })
}

function claimedId(request: IncomingMessage): NodeId | null {
  const value = request.headers['synod-from']
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : null
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): SynodError {
  if (error.code === 'EADDRINUSE') {
    return new SynodError('SYNOD_PORT_IN_USE', `another process listens at ${host}:${port}: stop it, or change listen.port`, {
      cause: error,
    })
  }
  const message = `cannot listen at ${host}:${port}: ${error.message}; listen.host must be an address of this machine, listen.port one that this user may open`
  return new SynodError('SYNOD_INVALID_CONFIG', message, { cause: error, issues: [{ path: 'listen', message }] })
}
