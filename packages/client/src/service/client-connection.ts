import { decodeCommand, decodeCommandResult, decodeQueryResult, encodeCommand, encodeQuery } from '@synod/tree/commands'
import type { Command } from '@synod/tree/commands'
import { copyBytes, decodeClientMessages, decodeCommandEnvelope, encodeCommandEnvelope, payloadBytesMax, utf8Encode } from '@synod/wire'
import type { ClientMessage, CommandEnvelope, ServerMessage } from '@synod/wire'
import { zxidZero } from '@synod/interface/protocol'
import type { StateMachine, Zxid } from '@synod/interface/protocol'
import { SynodError } from '@synod/interface'
import type { ClientLink, SubmitOutcome } from '@synod/interface'
import type { AcceptedLink, Service } from './client-service.ts'
import type { Reader } from './read-batch.ts'
import { ReplyQueue } from './reply-queue.ts'
import { statusDocument } from './status-document.ts'
import { ServerWatches } from './server-watches.ts'

type Message<T extends ClientMessage['type']> = ClientMessage & { readonly type: T }

const noBody = new Uint8Array(0)

/**
 * One client at this server: takes its frames apart, hands requests to the replica, gathers the answers.
 *
 * A session may be used only by a connection that has opened it or has proved, by its nonce, that it holds it. What follows an
 * `attach` waits for its answer, so that a client can send everything at once after a move.
 */
export class ClientConnection implements AcceptedLink, Reader {
  readonly #service: Service
  readonly #link: ClientLink
  readonly #replies: ReplyQueue
  readonly #watches: ServerWatches
  readonly #sessions = new Set<number>()
  /** Requests that arrived while an `attach` is being checked; null when none is. */
  #held: ClientMessage[] | null = null
  #outstanding = 0
  #writesTaken = 0
  #writesAnswered = 0
  /** Session reads that came behind writes of this connection: they see those writes, while there is a leader. */
  #readsBehind: { readonly message: Message<'read'>; readonly after: number }[] = []
  #closed = false

  constructor(service: Service, link: ClientLink) {
    this.#service = service
    this.#link = link
    this.#replies = new ReplyQueue(link, (reason) => this.close(`SYNOD_TOO_LARGE: ${reason}`))
    this.#watches = new ServerWatches(service.options, (message, bytes) => this.send(message, bytes))
  }

  onFrame(frame: Uint8Array): void {
    if (this.#closed) return
    this.#service.framesReceived += 1
    const decoded = decodeClientMessages(frame)
    if (!decoded.ok) {
      this.onBadFrame(decoded.reason)
      return
    }
    for (const message of decoded.value) {
      if (this.#closed) return
      this.#take(message)
    }
  }

  onBadFrame(reason: string): void {
    if (this.#closed) return
    this.#service.framesMalformed += 1
    this.close(`SYNOD_BAD_FRAME: ${reason}`)
  }

  onClosed(): void {
    this.#end()
  }

  /** Tells the client at the end of this turn. */
  send(message: ServerMessage, bytes: number = 0): void {
    if (this.#closed) return
    if (this.#replies.empty) this.#service.flushLater(this)
    this.#replies.add(message, bytes)
  }

  flush(): void {
    if (this.#closed) return
    this.#replies.flush()
    const { bufferedBytesMax } = this.#service.options
    if (this.#link.bufferedBytes <= bufferedBytesMax) return
    this.#service.slowConsumers += 1
    this.close(`SYNOD_SLOW_CONSUMER: more than ${bufferedBytesMax} bytes wait for this client to read`)
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#service.options.logger.info({ reason }, 'closing the connection of a client')
    this.#end()
    this.#link.close(reason)
  }

  /** What a client does not take waits in memory: at half of the bound it is told to ask again, so that one turn cannot exceed it. */
  answerRead(requestId: number, state: StateMachine, query: Uint8Array): void {
    if (this.#closed) return
    const waiting = this.#link.bufferedBytes
    if (waiting <= this.#service.options.bufferedBytesMax / 2) {
      this.#answer(requestId, state.appliedZxid, state.query(query))
      return
    }
    this.#service.refusedBusy += 1
    this.refuseRequest(requestId, new SynodError('SYNOD_BUSY', `${waiting} bytes wait for this client to read`))
  }

  refuseRequest(requestId: number, error: SynodError): void {
    this.#outstanding -= 1
    this.#refuse(requestId, error.code, error.message)
  }

  #answer(requestId: number, zxid: Zxid, body: Uint8Array): void {
    this.#outstanding -= 1
    this.send({ type: 'result', requestId, code: '', message: '', zxid, body }, body.length)
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#held = null
    this.#readsBehind = []
    this.#replies.clear()
    this.#watches.close()
    this.#service.forget(this)
  }

  #take(message: ClientMessage): void {
    if (this.#held !== null && this.#mustWait(message)) {
      this.#hold(this.#held, message)
      return
    }
    switch (message.type) {
      case 'write':
        this.#write(message)
        break
      case 'read':
        this.#read(message)
        break
      case 'ping':
        this.#ping(message)
        break
      case 'attach':
        this.#attach(message)
        break
      case 'watch':
        this.#watches.watch(message)
        break
      case 'unwatch':
        this.#watches.unwatch(message.watchId)
        break
      case 'status':
        this.#status(message.requestId)
        break
    }
  }

  #mustWait(message: ClientMessage): boolean {
    return message.type === 'write' || message.type === 'attach' || (message.type === 'ping' && message.sessionId !== 0)
  }

  #hold(held: ClientMessage[], message: ClientMessage): void {
    if (held.length < this.#service.options.outstandingRequestsMax) held.push(message)
    else this.close('SYNOD_BUSY: too many requests behind an attach')
  }

  /** Counts a request in, or refuses it. */
  #admit(requestId: number): boolean {
    const { outstandingRequestsMax } = this.#service.options
    if (this.#outstanding < outstandingRequestsMax) {
      this.#outstanding += 1
      return true
    }
    this.#service.refusedBusy += 1
    this.#refuse(requestId, 'SYNOD_BUSY', `this connection has ${outstandingRequestsMax} requests without an answer already`)
    return false
  }

  #write(message: Message<'write'>): void {
    const { requestId, command } = message
    const envelope = decodeCommandEnvelope(command)
    const decoded = envelope.ok ? decodeCommand(envelope.value.operation) : envelope
    if (!envelope.ok || !decoded.ok) {
      this.#refuse(requestId, 'SYNOD_BAD_FRAME', `the command could not be read: ${decoded.ok ? '' : decoded.reason}`)
      return
    }
    const { sessionId } = envelope.value
    const opens = decoded.value.kind === 'openSession'
    if (opens !== (sessionId === 0) || decoded.value.kind === 'expireSession') {
      this.#refuse(
        requestId,
        'SYNOD_UNAUTHORIZED',
        `a client may not send ${decoded.value.kind} ${sessionId === 0 ? 'without' : 'in'} a session`,
      )
    } else if (command.length > payloadBytesMax) {
      this.#refuse(requestId, 'SYNOD_TOO_LARGE', `the command has ${command.length} bytes; at most ${payloadBytesMax} are allowed`)
    } else if (!opens && !this.#sessions.has(sessionId)) {
      this.#refuse(requestId, 'SYNOD_UNAUTHORIZED', `session ${sessionId} is not attached to this connection`)
    } else if (this.#admit(requestId)) {
      // A copy: the log keeps commands for long, and a view would keep the whole frame with it.
      const submitted = decoded.value.kind === 'openSession' ? this.#opening(envelope.value, decoded.value) : copyBytes(command)
      this.#writesTaken += 1
      this.#service.options.replica.submit(submitted, (outcome) => this.#onSubmitted(requestId, opens, outcome))
    }
  }

  /** The bounds of the timeout are applied here, before the log: what an entry does must not depend on the options of who executes it. */
  #opening(envelope: CommandEnvelope, command: Extract<Command, { kind: 'openSession' }>): Uint8Array {
    const { sessionTimeoutMinMs, sessionTimeoutMaxMs } = this.#service.options
    const timeoutMs = Math.min(Math.max(command.timeoutMs, sessionTimeoutMinMs), sessionTimeoutMaxMs)
    return encodeCommandEnvelope({ ...envelope, operation: encodeCommand({ ...command, timeoutMs }) })
  }

  #onSubmitted(requestId: number, opens: boolean, outcome: SubmitOutcome): void {
    this.#writesAnswered += 1
    this.#answerSubmitted(requestId, opens, outcome)
    while (this.#readsBehind[0] && this.#readsBehind[0].after <= this.#writesAnswered) {
      const read = this.#readsBehind.shift()
      if (read !== undefined && !this.#closed) this.#startRead(read.message)
    }
  }

  #answerSubmitted(requestId: number, opens: boolean, outcome: SubmitOutcome): void {
    if (!outcome.ok) {
      this.refuseRequest(requestId, outcome.error)
      return
    }
    if (opens) {
      const result = decodeCommandResult(outcome.result)
      if (result.ok && result.value.kind === 'session') this.#sessions.add(result.value.sessionId)
    }
    this.#answer(requestId, outcome.zxid, outcome.result)
  }

  #read(message: Message<'read'>): void {
    if (!this.#admit(message.requestId)) return
    const behind = message.consistency === 'session' && this.#writesAnswered < this.#writesTaken
    if (behind && this.#service.leaderKnown) this.#readsBehind.push({ message, after: this.#writesTaken })
    else this.#startRead(message)
  }

  /** Without a leader their writes are not answered soon: session reads need no quorum and go on with what is there. */
  releaseReads(): void {
    for (const { message } of this.#readsBehind.splice(0)) this.#startRead(message)
  }

  #startRead({ requestId, query, consistency, minIndex }: Message<'read'>): void {
    this.#service.reads.add({ reader: this, requestId, query }, consistency, minIndex)
  }

  #ping(message: Message<'ping'>): void {
    const { requestId, sessionId } = message
    if (sessionId === 0) {
      this.send({ type: 'pong', requestId, outcome: 'ok' })
    } else if (!this.#sessions.has(sessionId)) {
      this.send({ type: 'pong', requestId, outcome: 'unavailable' })
    } else {
      this.#service.options.replica.touch(sessionId, (outcome) => this.send({ type: 'pong', requestId, outcome }))
    }
  }

  #attach(message: Message<'attach'>): void {
    const { requestId, sessionId, nonce, minIndex } = message
    const { replica } = this.#service.options
    this.#held = []
    replica.read({ consistency: 'session', minIndex }, (outcome) => {
      if (this.#closed) return
      const refused = { type: 'attached', requestId, found: false, timeoutMs: 0, nextSequence: 0 } as const
      const answer = outcome.ok ? decodeQueryResult(replica.state.query(encodeQuery({ kind: 'session', sessionId, nonce }))) : null
      if (answer === null || !answer.ok || answer.value.kind !== 'session') {
        this.send({ ...refused, code: outcome.ok ? 'SYNOD_BAD_FRAME' : outcome.error.code })
      } else {
        const { found, timeoutMs, nextSequence } = answer.value
        if (found) this.#sessions.add(sessionId)
        this.send({ type: 'attached', requestId, found, timeoutMs, nextSequence, code: '' })
      }
      this.#release()
    })
  }

  #release(): void {
    const held = this.#held ?? []
    this.#held = null
    // One of them may be another attach: what follows it waits again, in order.
    for (const message of held) {
      if (this.#closed) return
      this.#take(message)
    }
  }

  #status(requestId: number): void {
    const { replica } = this.#service.options
    if (this.#link.bufferedBytes > this.#service.options.bufferedBytesMax / 2) {
      this.close('SYNOD_SLOW_CONSUMER: too many answers wait for this client to read')
      return
    }
    const json = utf8Encode(JSON.stringify(statusDocument(replica.status(), this.#service.hashes.of(replica.state))))
    this.send({ type: 'status', requestId, json }, json.length)
  }

  #refuse(requestId: number, code: string, message: string): void {
    this.send({ type: 'result', requestId, code, message, zxid: zxidZero, body: noBody })
  }
}
