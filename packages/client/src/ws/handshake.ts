import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { SynodError } from '@synod/interface'
import type { SynodErrorCode } from '@synod/interface'

/** Version of the client protocol; both sides must speak the same. */
export const protocolVersion = 1

/** Where clients connect, below the server's address. */
export const clientPath = '/client/v1'

const header = {
  version: 'x-synod-version',
  cluster: 'x-synod-cluster',
  nonce: 'x-synod-nonce',
  proof: 'x-synod-proof',
} as const

/** What one side of the handshake knows. */
export interface HandshakeOptions {
  /** `''` at a client that takes any cluster. */
  readonly cluster: string
  readonly secret: string | undefined
}

/** Why a request was turned away, with the HTTP status to say it with. */
export interface Refusal {
  readonly status: number
  readonly code: SynodErrorCode
  readonly message: string
}

/** The headers of a client's upgrade request. `proof` shows knowledge of the secret without telling it; the nonce asks the server for its own. */
export function clientHeaders(options: HandshakeOptions): Record<string, string> {
  const nonce = randomBytes(16).toString('hex')
  const headers: Record<string, string> = { [header.version]: String(protocolVersion), [header.nonce]: nonce }
  if (options.cluster !== '') headers[header.cluster] = encodeURIComponent(options.cluster)
  if (options.secret !== undefined) headers[header.proof] = proof(options.secret, 'client', { nonce, cluster: options.cluster })
  return headers
}

/** Why a server must not let this request in; null when it may. */
export function refuseClient(headers: IncomingHttpHeaders, options: HandshakeOptions): Refusal | null {
  const version = text(headers, header.version)
  if (version !== String(protocolVersion)) {
    const message = `this server speaks client protocol ${protocolVersion}, the client ${version === '' ? 'does not say which' : version}; use the same release of Synod on both sides`
    return { status: 426, code: 'SYNOD_WIRE_VERSION', message }
  }
  const cluster = clusterOf(headers)
  if (cluster !== '' && cluster !== options.cluster) {
    return {
      status: 409,
      code: 'SYNOD_CLUSTER_MISMATCH',
      message: `this server belongs to cluster '${options.cluster}', the client asks for '${cluster}'`,
    }
  }
  const nonce = text(headers, header.nonce)
  if (!/^[0-9a-f]{32}$/.test(nonce))
    return { status: 400, code: 'SYNOD_BAD_FRAME', message: `the header ${header.nonce} must be 32 hex digits` }
  if (options.secret === undefined) return null
  const given = text(headers, header.proof)
  if (given !== '' && sameText(given, proof(options.secret, 'client', { nonce, cluster }))) return null
  const message = given === '' ? 'this cluster needs a secret, and the client has none' : "the client's secret is not this cluster's"
  return { status: 401, code: 'SYNOD_UNAUTHORIZED', message }
}

/** The headers by which a server that let a client in proves itself. */
export function serverHeaders(request: IncomingHttpHeaders, options: HandshakeOptions): string[] {
  const list = [`${header.version}: ${protocolVersion}`, `${header.cluster}: ${encodeURIComponent(options.cluster)}`]
  if (options.secret !== undefined)
    list.push(`${header.proof}: ${proof(options.secret, 'server', { nonce: text(request, header.nonce), cluster: options.cluster })}`)
  return list
}

/** Why a client must not go on with the server that answered so; null when it may. */
export function refuseServer(sent: Record<string, string>, answer: IncomingHttpHeaders, options: HandshakeOptions): SynodError | null {
  const cluster = clusterOf(answer)
  if (options.cluster !== '' && cluster !== options.cluster) {
    return new SynodError('SYNOD_CLUSTER_MISMATCH', `the server belongs to cluster '${cluster}', not '${options.cluster}'`)
  }
  if (options.secret === undefined) return null
  const expected = proof(options.secret, 'server', { nonce: sent[header.nonce] ?? '', cluster })
  if (sameText(text(answer, header.proof), expected)) return null
  return new SynodError(
    'SYNOD_UNAUTHORIZED',
    "the server does not prove that it knows the cluster's secret: is it another program, or one started without the secret?",
  )
}

/** The side is part of what is signed: no proof can be sent back to where it came from. */
function proof(secret: string, side: 'client' | 'server', said: { readonly nonce: string; readonly cluster: string }): string {
  return createHmac('sha256', secret)
    .update(`synod client protocol ${protocolVersion}\n${side}\n${said.nonce}\n${said.cluster}`)
    .digest('hex')
}

/** Compares in a time that does not tell how much of it is right. */
function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

function text(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}

function clusterOf(headers: IncomingHttpHeaders): string {
  try {
    return decodeURIComponent(text(headers, header.cluster))
  } catch {
    return ''
  }
}
