import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { SynodError, type Cancel, type TransportIdentity } from '@synod/interface'
import { WebSocket } from 'ws'
import { confirmation, helloHeaders, readAnswer, type Answer, type Hello } from './hello.ts'
import { judgeAnswer } from './judge.ts'
import { readRefusal, refusalError } from './refusal.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { commonSocketOptions, zeroMask } from './web-socket-options.ts'

/** One try to reach one peer. */
export interface DialRequest {
  readonly url: string
  readonly hello: Hello
  readonly self: TransportIdentity
  readonly options: ResolvedOptions
}

/** How a try ended. Exactly one of these is called, once, never synchronously; none after it was cancelled. */
export interface DialOutcome {
  opened(ws: WebSocket, socket: Duplex, answer: Answer): void
  /** Nobody listens at that address: the process is dead. */
  refused(): void
  /** One side turned the other away. */
  rejected(error: SynodError): void
  /** The peer keeps another connection to us. */
  redundant(): void
  /** Anything else: no route, no name, no answer in time. */
  failed(reason: string): void
}

/** Dials. The name is resolved anew, no agent and no proxy is used. Returns what gives up. */
export function dial(request: DialRequest, outcome: DialOutcome): Cancel {
  const { url, hello, options } = request
  const ws = new WebSocket(url, {
    ...commonSocketOptions(options),
    ...tlsOptions(options),
    generateMask: zeroMask,
    headers: helloHeaders(hello, options.secret),
  })
  let done = false
  const end = (tell: () => void): void => {
    if (done) return
    done = true
    cancelTimer()
    tell()
  }
  const giveUp = (tell: () => void): void =>
    end(() => {
      ws.terminate()
      tell()
    })
  const cancelTimer = options.clock.setTimer(options.clock.now() + options.connectTimeoutMs * 1000, () => {
    giveUp(() => outcome.failed(`no handshake within ${options.connectTimeoutMs} ms`))
  })

  let response: IncomingMessage | null = null
  ws.on('error', (error: Error & { code?: string; errors?: readonly { code?: string }[] }) => end(() => classify(error, url, outcome)))
  ws.once('close', () => end(() => outcome.failed('the connection closed during the handshake')))
  ws.once('unexpected-response', (_request, answer) => {
    readBody(answer, (body) => giveUp(() => turnedAway(answer.statusCode ?? 0, body, outcome)))
  })
  ws.once('upgrade', (answer) => {
    response = answer
  })
  ws.once('open', () => {
    const result = response === null ? unproven(url) : checkAnswer(request, response)
    if (response === null || result instanceof SynodError) {
      giveUp(() => outcome.rejected(result instanceof SynodError ? result : unproven(url)))
      return
    }
    const { socket } = response
    end(() => {
      ws.removeAllListeners()
      ws.send(confirmation(result, hello, options.secret), () => {})
      outcome.opened(ws, socket, result)
    })
  })
  return () => giveUp(() => {})
}

function checkAnswer({ hello, self, options, url }: DialRequest, response: IncomingMessage): Answer | SynodError {
  const answer = readAnswer(response.headers, hello, options.secret)
  if (answer === null) return unproven(url)
  const refusal = judgeAnswer(answer, self)
  return refusal === null || refusal.code === 'REDUNDANT' ? answer : refusalError(refusal.code, refusal.message)
}

function unproven(url: string): SynodError {
  return new SynodError('SYNOD_UNAUTHORIZED', `what listens at ${url} does not prove that it knows the shared secret`)
}

function turnedAway(status: number, body: string, outcome: DialOutcome): void {
  const refusal = readRefusal(status, body)
  if (refusal instanceof SynodError) outcome.rejected(refusal)
  else if (refusal.code === 'REDUNDANT') outcome.redundant()
  else if (refusal.code === 'SYNOD_STOPPED') outcome.failed(refusal.message)
  else outcome.rejected(refusalError(refusal.code, refusal.message))
}

function classify(error: Error & { code?: string; errors?: readonly { code?: string }[] }, url: string, outcome: DialOutcome): void {
  const code = error.code ?? ''
  const tries = error.errors ?? [error]
  if (tries.length > 0 && tries.every((one) => one.code === 'ECONNREFUSED')) outcome.refused()
  else if (
    /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/.test(code)
  ) {
    outcome.rejected(new SynodError('SYNOD_UNAUTHORIZED', `TLS with ${url} failed: ${error.message} (${code})`, { cause: error }))
  } else if (code.startsWith('HPE_')) {
    outcome.rejected(new SynodError('SYNOD_UNREACHABLE', `what listens at ${url} does not speak HTTP (${code})`, { cause: error }))
  } else outcome.failed(code === '' ? error.message : `${error.message} (${code})`)
}

function readBody(response: IncomingMessage, done: (body: string) => void): void {
  let body = ''
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    if (body.length < 4096) body += chunk
  })
  response.once('error', () => done(body))
  response.once('close', () => done(body))
}

function tlsOptions({ tls }: ResolvedOptions): { cert?: string | Buffer; key?: string | Buffer; ca?: string | Buffer } {
  if (tls === null) return {}
  return { cert: tls.cert, key: tls.key, ...(tls.ca === undefined ? {} : { ca: tls.ca }) }
}
