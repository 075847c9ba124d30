import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { SynodError } from '@synod/interface'
import type { ClientLink, ClientLinkHandlers, ConfigIssue, Dialer, SynodErrorCode } from '@synod/interface'
import { throwIssues } from '../options.ts'
import { clientHeaders, clientPath, refuseServer } from './handshake.ts'
import type { HandshakeOptions } from './handshake.ts'
import { linkOf, socketSettings, zeroMask } from './link.ts'
import { pems, tlsIssues } from './tls.ts'
import type { TlsOptions } from './tls.ts'

export interface WsDialerOptions {
  /** Name of the cluster; servers of another are refused. Any cluster when absent. */
  readonly cluster?: string
  /** Shared by clients and servers; both prove that they know it. */
  readonly secret?: string
  /** For `wss:` endpoints. */
  readonly tls?: TlsOptions
}

/** Longest answer of a server that refuses, in bytes. */
const refusalMax = 8 * 1024

/** Connects to servers by endpoints such as `ws://10.0.0.1:7401` or `wss://…`. Throws `SYNOD_INVALID_CONFIG` naming every issue. */
export function createWsDialer(options: WsDialerOptions = {}): Dialer {
  const issues: ConfigIssue[] = tlsIssues(options.tls, 'client')
  if (options.secret === '') issues.push({ path: 'secret', message: 'must not be empty' })
  throwIssues('dialer', issues)
  const handshake = { cluster: options.cluster ?? '', secret: options.secret }
  return { dial: (endpoint, handlers) => new Dial(endpoint, handlers, { ...handshake, tls: options.tls }).giveUp }
}

/** One try to connect, and the connection it becomes. */
class Dial {
  readonly #handlers: ClientLinkHandlers
  #socket: WebSocket | null = null
  #reason: Error | null = null
  #closed = false

  constructor(endpoint: string, handlers: ClientLinkHandlers, options: HandshakeOptions & { readonly tls: TlsOptions | undefined }) {
    this.#handlers = handlers
    const url = clientUrl(endpoint)
    if (url instanceof SynodError) {
      this.#reason = url
      queueMicrotask(() => this.#onClosed())
      return
    }
    const headers = clientHeaders(options)
    this.#socket = new WebSocket(url, {
      ...socketSettings,
      headers,
      generateMask: zeroMask,
      followRedirects: false,
      ...(options.tls === undefined ? {} : pems(options.tls)),
    })
    this.#listen(this.#socket, headers, options)
  }

  readonly giveUp = (): void => {
    this.#socket?.terminate()
  }

  #listen(socket: WebSocket, headers: Record<string, string>, handshake: HandshakeOptions): void {
    let connection: Duplex | null = null
    socket.on('upgrade', (response) => {
      connection = response.socket
      this.#reason = refuseServer(headers, response.headers, handshake)
    })
    socket.on('unexpected-response', (_request, response) => this.#onRefusal(socket, response))
    socket.on('open', () => {
      if (this.#reason !== null || connection === null) socket.terminate()
      else this.#handlers.onOpened(linkOf(socket, { connection, masks: true }) satisfies ClientLink)
    })
    socket.on('message', (data) => {
      if (this.#reason === null && data instanceof Uint8Array) this.#handlers.onFrame(data)
    })
    socket.on('error', (error) => {
      this.#reason ??= error
    })
    socket.on('close', (_code, reason) => {
      if (reason.length > 0) this.#reason ??= new Error(reason.toString())
      this.#onClosed()
    })
  }

  #onRefusal(socket: WebSocket, response: IncomingMessage): void {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      if (body.length < refusalMax) body += chunk
    })
    response.on('error', () => socket.terminate())
    response.on('end', () => {
      this.#reason ??= refusalError(response.statusCode ?? 0, body)
      socket.terminate()
    })
  }

  #onClosed(): void {
    if (this.#closed) return
    this.#closed = true
    this.#handlers.onClosed(this.#reason)
  }
}

function clientUrl(endpoint: string): URL | SynodError {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hash !== '') {
    return new SynodError('SYNOD_INVALID_CONFIG', `'${endpoint}' is no endpoint; it should be like ws://127.0.0.1:7401 or wss://…`)
  }
  url.pathname = clientPath
  return url
}

function refusalError(status: number, body: string): Error {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed && 'message' in parsed) {
      return new SynodError(String(parsed.code) as SynodErrorCode, String(parsed.message))
    }
  } catch {
    // Not a server of Synod: said below.
  }
  return new Error(`the server answered the upgrade with HTTP ${status}: is it a server of Synod?`)
}
