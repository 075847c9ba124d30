import type { IncomingHttpHeaders } from 'node:http'
import type { ClusterId, NodeId } from '@synod/interface/protocol'
import { isNodeId } from './peer-addresses.ts'
import { prove, sameProof } from './proof.ts'
import type { Refusal } from './refusal.ts'

/** Version of the handshake and of the frames behind it. Both sides must speak the same one. */
export const peerProtocolVersion = 1

/** What the dialing server says in the headers of its upgrade request. */
export interface Hello {
  readonly clusterName: string
  /** `''` while blank. */
  readonly clusterId: ClusterId
  readonly from: NodeId
  readonly to: NodeId
  readonly incarnation: number
  /** Which connection of the pair this would be; see `preference.ts`. */
  readonly generation: number
  /** The acceptor's incarnation that `generation` refers to; 0 when unknown. */
  readonly knownIncarnation: number
  readonly nonce: string
}

/** What the accepting server says in the headers of its 101 response. */
export interface Answer {
  readonly clusterId: ClusterId
  readonly incarnation: number
  readonly nonce: string
}

/** Headers of the upgrade request, with the dialer's proof. */
export function helloHeaders(hello: Hello, secret: string): Record<string, string> {
  return {
    'synod-peer-version': String(peerProtocolVersion),
    'synod-cluster': encodeName(hello.clusterName),
    'synod-cluster-id': hello.clusterId,
    'synod-from': String(hello.from),
    'synod-to': String(hello.to),
    'synod-incarnation': String(hello.incarnation),
    'synod-generation': String(hello.generation),
    'synod-known-incarnation': String(hello.knownIncarnation),
    'synod-nonce': hello.nonce,
    'synod-proof': prove(secret, 'dial', helloFields(hello)),
  }
}

/** Reads and authenticates an upgrade request. Total: whatever came, it gives a `Hello` or a refusal. */
export function readHello(headers: IncomingHttpHeaders, secret: string): Hello | Refusal {
  const version = text(headers, 'synod-peer-version')
  if (version === '') {
    return { code: 'SYNOD_BAD_FRAME', message: 'this is the peer port of a Synod server; clients use its client port' }
  }
  if (version !== String(peerProtocolVersion)) {
    return {
      code: 'SYNOD_WIRE_VERSION',
      message: `this server speaks version ${peerProtocolVersion} of the peer protocol, the caller ${JSON.stringify(version)}; run releases that speak a common one`,
    }
  }
  const hello: Hello = {
    clusterName: decodeName(text(headers, 'synod-cluster')),
    clusterId: text(headers, 'synod-cluster-id'),
    from: integer(headers, 'synod-from'),
    to: integer(headers, 'synod-to'),
    incarnation: integer(headers, 'synod-incarnation'),
    generation: integer(headers, 'synod-generation'),
    knownIncarnation: integer(headers, 'synod-known-incarnation'),
    nonce: text(headers, 'synod-nonce'),
  }
  const { from, to, incarnation, generation, knownIncarnation, nonce, clusterId } = hello
  if (
    !isNodeId(from) ||
    !isNodeId(to) ||
    Math.min(incarnation, generation, knownIncarnation) < 0 ||
    !isNonce(nonce) ||
    !isClusterId(clusterId)
  ) {
    return { code: 'SYNOD_BAD_FRAME', message: 'a header of the handshake is missing or malformed' }
  }
  if (!sameProof(prove(secret, 'dial', helloFields(hello)), text(headers, 'synod-proof'))) {
    return {
      code: 'SYNOD_UNAUTHORIZED',
      message: 'the shared secrets differ, or one side has none: give every server of the cluster the same',
    }
  }
  return hello
}

/** Headers of the 101 response, as lines, with the acceptor's proof. */
export function answerHeaders(answer: Answer, hello: Hello, secret: string): string[] {
  return [
    `Synod-Cluster-Id: ${answer.clusterId}`,
    `Synod-Incarnation: ${answer.incarnation}`,
    `Synod-Nonce: ${answer.nonce}`,
    `Synod-Proof: ${prove(secret, 'accept', answerFields(answer, hello))}`,
  ]
}

/** Reads and authenticates a 101 response; `null` when it does not prove the secret. */
export function readAnswer(headers: IncomingHttpHeaders, hello: Hello, secret: string): Answer | null {
  const answer: Answer = {
    clusterId: text(headers, 'synod-cluster-id'),
    incarnation: integer(headers, 'synod-incarnation'),
    nonce: text(headers, 'synod-nonce'),
  }
  if (answer.incarnation < 0 || !isNonce(answer.nonce) || !isClusterId(answer.clusterId)) return null
  return sameProof(prove(secret, 'accept', answerFields(answer, hello)), text(headers, 'synod-proof')) ? answer : null
}

/**
 * The first frame of a connection, from the dialer: it signs the acceptor's nonce. Only now does the acceptor know that the request
 * was not recorded earlier and played back.
 */
export function confirmation(answer: Answer, hello: Hello, secret: string): Uint8Array {
  return Buffer.from(prove(secret, 'confirm', answerFields(answer, hello)), 'hex')
}

/** True for the frame that `confirmation` gives. Compares in constant time. */
export function isConfirmation(frame: Uint8Array, answer: Answer, { hello, secret }: { hello: Hello; secret: string }): boolean {
  return sameProof(prove(secret, 'confirm', answerFields(answer, hello)), Buffer.from(frame).toString('hex'))
}

function helloFields(hello: Hello): (string | number)[] {
  const { clusterName, clusterId, from, to, incarnation, generation, knownIncarnation, nonce } = hello
  return [peerProtocolVersion, encodeName(clusterName), clusterId, from, to, incarnation, generation, knownIncarnation, nonce]
}

function answerFields(answer: Answer, hello: Hello): (string | number)[] {
  return [...helloFields(hello), answer.clusterId, answer.incarnation, answer.nonce]
}

function text(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}

function integer(headers: IncomingHttpHeaders, name: string): number {
  const value = text(headers, name)
  return /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : -1
}

function isNonce(value: string): boolean {
  return /^[0-9a-f]{32}$/.test(value)
}

function isClusterId(value: string): boolean {
  return value === '' || /^[0-9a-zA-Z_-]{1,64}$/.test(value)
}

/** Fit for a header, whatever characters the name has; unpaired surrogates become U+FFFD. */
function encodeName(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString())
}

function decodeName(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}
