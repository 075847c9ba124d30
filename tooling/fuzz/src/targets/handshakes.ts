import type { IncomingHttpHeaders } from 'node:http'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { inside } from '../grammars.ts'
import { kindOf } from '../target.ts'
import type { Subject, Target } from '../target.ts'

interface Hello {
  readonly clusterName: string
  readonly clusterId: string
  readonly from: number
  readonly to: number
  readonly incarnation: number
  readonly generation: number
  readonly knownIncarnation: number
  readonly nonce: string
}

interface Refused {
  readonly code: string
  readonly message: string
}

/** `packages/transport-ws/src/hello.ts` and `judge.ts`. */
interface PeerHandshake {
  readonly helloHeaders: (hello: Hello, secret: string) => Record<string, string>
  readonly readHello: (headers: IncomingHttpHeaders, secret: string) => Hello | Refused
  readonly readAnswer: (headers: IncomingHttpHeaders, hello: Hello, secret: string) => object | null
}

interface Side {
  readonly cluster: string
  readonly secret: string | undefined
}

/** `packages/client/src/ws/handshake.ts`. */
interface ClientHandshake {
  readonly clientHeaders: (side: Side) => Record<string, string>
  readonly refuseClient: (headers: IncomingHttpHeaders, side: Side) => Refused | null
  readonly serverHeaders: (headers: IncomingHttpHeaders, side: Side) => string[]
  readonly refuseServer: (sent: Record<string, string>, answer: IncomingHttpHeaders, side: Side) => Refused | null
}

const secret = 'the secret of this cluster'
const u53 = fc.oneof(fc.nat({ max: 9 }), fc.maxSafeNat())
const hex = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'))

const hello: Arbitrary<Hello> = fc.record({
  clusterName: fc.oneof(fc.constant('main'), fc.string({ unit: 'grapheme', maxLength: 20 })),
  clusterId: fc.oneof(fc.constant(''), hex),
  from: fc.integer({ min: 1, max: 65_535 }),
  to: fc.integer({ min: 1, max: 65_535 }),
  incarnation: u53,
  generation: u53,
  knownIncarnation: u53,
  nonce: hex,
})

/** A block of headers as it stands in a request, and as Node.js hands it over: lower-case names, one text per name, bytes as Latin-1. */
function blockOf(headers: Record<string, string>): Uint8Array {
  return Buffer.from(
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
    'latin1',
  )
}

function headersOf(block: Uint8Array): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {}
  for (const line of Buffer.from(block).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined || typeof headers[name] !== 'string' ? value : `${headers[name]}, ${value}`
  }
  return headers
}

const memoryOf = { bytesFree: 1024 * 1024, bytesPerByte: 64 }

async function peerSubject(): Promise<Subject> {
  const { helloHeaders, readHello, readAnswer } = (await inside(import.meta.resolve('@synod/transport-ws'), 'hello.js')) as PeerHandshake
  const asked = {
    clusterName: 'main',
    clusterId: '',
    from: 1,
    to: 2,
    incarnation: 1,
    generation: 1,
    knownIncarnation: 1,
    nonce: '0'.repeat(32),
  }
  return {
    ...memoryOf,
    grammar: hello.map((one) => blockOf(helloHeaders(one, secret))),
    repair(input) {
      const read = headersOf(input)
      const number = (name: string): number => Number(read[name] ?? 0) || 0
      const text = (name: string): string => String(read[name] ?? '')
      const said = {
        ...asked,
        clusterId: text('synod-cluster-id'),
        from: number('synod-from'),
        to: number('synod-to'),
        nonce: text('synod-nonce'),
      }
      return blockOf(helloHeaders(said, secret))
    },
    run(input) {
      const headers = headersOf(input)
      const read = readHello(headers, secret)
      if (readAnswer(headers, asked, secret) !== null) throw new Error('took a request for an answer that proves the secret')
      if ('code' in read) return `${read.code} ${kindOf(read.message)}`
      const { 'synod-proof': proof } = helloHeaders(read, secret)
      if (proof !== headers['synod-proof']) throw new Error('accepted a proof that is not that of what was read')
      return `accepted ${read.clusterId === '' ? 'a blank' : 'a'} server`
    },
  }
}

async function clientSubject(): Promise<Subject> {
  const handshake = (await inside(import.meta.resolve('@synod/client'), 'ws/handshake.js')) as ClientHandshake
  const side = { cluster: 'main', secret }
  const asking = fc.record({ cluster: fc.constantFrom('main', '', 'other', 'größe'), secret: fc.constantFrom(secret, undefined, 'wrong') })
  return {
    ...memoryOf,
    grammar: asking.map((asked) => blockOf(handshake.clientHeaders(asked))),
    run(input) {
      const headers = headersOf(input)
      const answer = handshake.serverHeaders(headers, side)
      if (answer.some((line) => /[\r\n]/.test(line))) throw new Error('a header of the answer has a line break in it')
      const server = handshake.refuseServer({ 'x-synod-nonce': '0'.repeat(32) }, headers, side)
      if (server === null) throw new Error('took a request for the answer of a server that proves the secret')
      const refused = handshake.refuseClient(headers, side)
      return refused === null ? 'accepted' : `${refused.code} ${server.code}`
    },
  }
}

/** Headers of the HTTP upgrade, of servers and of clients. */
export const handshakeTargets: readonly Target[] = [
  { name: 'peer-upgrade', weight: 5, make: peerSubject },
  { name: 'client-upgrade', weight: 5, make: clientSubject },
]
