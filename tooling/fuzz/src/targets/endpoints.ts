import { createClient, createClientService } from '@synod/client'
import type { ClientLinkHandlers, Dialer } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { encodeCommandResult, encodeQuery, encodeQueryResult } from '@synod/tree/commands'
import { decodeClientMessages, decodeServerMessages, encodeClientMessages, encodeServerMessages, utf8Encode } from '@synod/wire'
import type { ClientMessage, ServerMessage } from '@synod/wire'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { treeGrammars, wireGrammars } from '../grammars.ts'
import { LoneReplica } from '@tooling/integration/src/lone-replica.ts'
import { StepClock } from '../step-clock.ts'
import { kindOf } from '../target.ts'
import type { Subject, Target } from '../target.ts'
import { command, likely } from './tree.ts'

const answerBytesMax = 4 * 1024 * 1024
const memoryOf = { bytesFree: 8 * 1024 * 1024, bytesPerByte: 2048 }
const id = fc.nat({ max: 8 })

/** What a link has seen from the side under test. */
interface Seen {
  bytes: number
  closed: string
}

/** The server's half of a connection: a frame of a stranger closes it, and no more. */
async function serviceSubject(): Promise<Subject> {
  const { clientMessage } = await wireGrammars()
  const { query } = await treeGrammars()
  const nonce = utf8Encode('nonce-of-session')
  const open = command(0, 0, { kind: 'openSession', nonce, timeoutMs: 10_000 })
  const message: Arbitrary<ClientMessage> = fc.oneof(
    clientMessage,
    fc.record({
      type: fc.constant('write' as const),
      requestId: id,
      command: fc.tuple(fc.nat({ max: 3 }), likely).map(([n, what]) => command(1, n, what)),
    }),
    fc.record({ type: fc.constant('write' as const), requestId: id, command: fc.constant(open) }),
    fc.record({
      type: fc.constant('read' as const),
      requestId: id,
      consistency: fc.constantFrom('linearizable', 'session', 'stale'),
      minIndex: id,
      query: query.map(encodeQuery),
    }),
    fc.record({ type: fc.constant('attach' as const), requestId: id, sessionId: fc.constant(1), nonce: fc.constant(nonce), minIndex: id }),
    fc.record({
      type: fc.constant('watch' as const),
      watchId: id,
      path: fc.constantFrom('/', '/a', '/a/b'),
      mode: fc.constantFrom('data', 'children', 'recursive'),
      from: fc.integer({ min: -1, max: 3 }),
    }),
  )
  return {
    ...memoryOf,
    grammar: fc.array(message, { maxLength: 5 }).map(encodeClientMessages),
    run(input) {
      const clock = new StepClock()
      const replica = new LoneReplica(clock)
      replica.submit(open, () => undefined)
      const service = createClientService({ replica, watches: replica.state, clock })
      const seen: Seen = { bytes: 0, closed: '' }
      const end = service.accept({
        send: (frame) => void (seen.bytes += frame.length),
        bufferedBytes: 0,
        close: (reason) => void (seen.closed ||= reason || 'closed'),
      })
      clock.settle()
      const hash = replica.state.hash()
      end.onFrame(input)
      clock.settle()
      const decoded = decodeClientMessages(input)
      if (!decoded.ok && seen.closed === '') throw new Error('left the connection open on which a malformed frame came')
      if (!decoded.ok && replica.state.hash() !== hash) throw new Error('changed the state by a malformed frame')
      if (seen.bytes > answerBytesMax) throw new Error(`answered with ${seen.bytes} bytes`)
      clock.pass(5)
      end.onClosed()
      service.close()
      clock.settle()
      const what = decoded.ok
        ? decoded.value
            .map(({ type }) => type)
            .slice(0, 3)
            .join(' ')
        : kindOf(decoded.reason)
      return `${what} ${kindOf(seen.closed)}`
    },
  }
}

/** A client with something of every kind under way, whose server says what it likes. */
class TalkedTo {
  readonly clock: StepClock = new StepClock()
  readonly seen: Seen = { bytes: 0, closed: '' }
  readonly client: CoordinationClient
  #handlers: ClientLinkHandlers | null = null

  constructor() {
    const dialer: Dialer = {
      dial: (_endpoint, handlers) => {
        if (this.#handlers === null) {
          this.#handlers = handlers
          this.clock.defer(() =>
            handlers.onOpened({
              send: (frame) => this.#sent(frame),
              bufferedBytes: 0,
              close: (reason) => void (this.seen.closed ||= reason),
            }),
          )
        } else this.clock.defer(() => handlers.onClosed(new Error('nobody listens')))
        return () => undefined
      },
    }
    let drawn = 0
    const random = { next: () => ((drawn += 1) % 97) / 97, bytes: (length: number) => new Uint8Array(length).fill(7) }
    this.client = createClient({ servers: ['fuzz:1'], dialer, clock: this.clock, random })
    this.#call()
    this.clock.settle()
    this.say(encodeServerMessages([{ type: 'welcome', serverId: 1, leader: 1, epoch: 1, servers: [] }]))
  }

  say(frame: Uint8Array): void {
    this.#handlers?.onFrame(frame)
    this.clock.settle()
  }

  #call(): void {
    const { client } = this
    const calls = [
      client.create('/a', new Uint8Array()),
      client.multi([{ op: 'delete', path: '/b' }]),
      client.get('/a'),
      client.exists('/a'),
      client.list('/'),
    ]
    for (const call of calls) call.catch(() => undefined)
    const read = async (): Promise<void> => {
      for await (const _event of client.watch('/a')) continue
    }
    read().catch(() => undefined)
  }

  /** The session is opened as it should be: the rest is what the fuzzer is about. */
  #sent(frame: Uint8Array): void {
    this.seen.bytes += frame.length
    const decoded = decodeClientMessages(frame)
    if (!decoded.ok) throw new Error(`the client has sent a malformed frame: ${decoded.reason}`)
    const opening = decoded.value.find(({ type }) => type === 'write')
    if (opening?.type !== 'write' || this.client.session.id !== 0) return
    const body = encodeCommandResult({ kind: 'session', sessionId: 9, timeoutMs: 10_000 })
    const zxid = { epoch: 1, index: 9 }
    this.clock.defer(() =>
      this.#handlers?.onFrame(encodeServerMessages([{ type: 'result', requestId: opening.requestId, code: '', message: '', zxid, body }])),
    )
  }
}

async function clientSubject(): Promise<Subject> {
  const { serverMessage } = await wireGrammars()
  const { commandResult, queryResult } = await treeGrammars()
  const zxid = fc.record({ epoch: fc.nat({ max: 3 }), index: fc.oneof(fc.nat({ max: 20 }), fc.maxSafeNat()) })
  const code = fc.constantFrom('', '', '', 'SYNOD_BUSY', 'SYNOD_NOT_LEADER', 'SYNOD_NO_NODE', 'SYNOD_SESSION_EXPIRED', 'nonsense')
  const body = fc.oneof(commandResult.map(encodeCommandResult), queryResult.map(encodeQueryResult))
  const message: Arbitrary<ServerMessage> = fc.oneof(
    serverMessage,
    fc.record({ type: fc.constant('result' as const), requestId: id, code, message: fc.constant('why'), zxid, body }),
    fc.record({ type: fc.constant('watching' as const), watchId: fc.constant(1), zxid, code, message: fc.constant('why') }),
    zxid.map((at): ServerMessage => ({ type: 'events', watchId: 1, zxid: at, events: [{ type: 'changed', path: '/a', zxid: at }] })),
    fc.record({ type: fc.constant('compacted' as const), watchId: fc.constant(1), floor: id }),
    fc.record({ type: fc.constant('pong' as const), requestId: id, outcome: fc.constantFrom('ok', 'expired', 'unavailable') }),
  )
  return {
    ...memoryOf,
    grammar: fc.array(message, { maxLength: 5 }).map(encodeServerMessages),
    run(input) {
      const talked = new TalkedTo()
      const { seen, clock, client } = talked
      talked.say(input)
      const decoded = decodeServerMessages(input)
      if (!decoded.ok && seen.closed === '') throw new Error('left the connection open on which a malformed frame came')
      clock.pass(10)
      if (seen.bytes > answerBytesMax) throw new Error(`has sent ${seen.bytes} bytes`)
      client.close().catch(() => undefined)
      clock.settle()
      clock.pass(20)
      const what = decoded.ok
        ? decoded.value
            .map(({ type }) => type)
            .slice(0, 3)
            .join(' ')
        : kindOf(decoded.reason)
      return `${what} ${kindOf(seen.closed)}`
    },
  }
}

/** Both ends of a connection between client and server, behind their decoders. */
export const endpointTargets: readonly Target[] = [
  { name: 'client-service', weight: 5, make: serviceSubject },
  { name: 'client-engine', weight: 5, make: clientSubject },
]
