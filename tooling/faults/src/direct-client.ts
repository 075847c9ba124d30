import { createWsDialer } from '@synod/client'
import { SynodError } from '@synod/interface'
import type { ClientLink, SynodErrorCode } from '@synod/interface'
import { decodeCommandResult, decodeQueryResult, encodeCommand, encodeQuery } from '@synod/tree/commands'
import type { CommandResult, Query, QueryResult } from '@synod/tree/commands'
import { decodeServerMessages, encodeClientMessages, encodeCommandEnvelope, utf8Decode } from '@synod/wire'
import type { ClientMessage, ReadConsistency, ServerMessage } from '@synod/wire'
import type { ServerProcess } from './server-process.ts'

/** A client without a session that talks to one server and no other, whatever that server is or does. */
export class DirectClient {
  readonly #link: ClientLink
  readonly #waiting = new Map<number, { resolve(body: Uint8Array): void; reject(error: Error): void }>()
  #lastRequest = 0
  #closed: Error | null = null

  private constructor(link: ClientLink) {
    this.#link = link
  }

  static to(server: ServerProcess): Promise<DirectClient> {
    const { cluster, secret } = server.config
    const dialer = createWsDialer({ cluster, ...(secret === undefined ? {} : { secret }) })
    return new Promise((resolve, reject) => {
      let client: DirectClient | null = null
      dialer.dial(server.endpoint, {
        onOpened: (link) => {
          client = new DirectClient(link)
          resolve(client)
        },
        onFrame: (frame) => client?.onFrame(frame),
        onClosed: (error) => {
          const reason = error ?? new Error(`server ${server.id} closed the connection`)
          client?.onClosed(reason)
          reject(reason)
        },
      })
    })
  }

  /** Rejects with the server's error, or when the connection ends. */
  async query(query: Query, consistency: ReadConsistency = 'linearizable'): Promise<QueryResult> {
    const body = await this.#request((requestId) => ({ type: 'read', requestId, consistency, minIndex: 0, query: encodeQuery(query) }))
    const result = decodeQueryResult(body)
    if (!result.ok) throw new Error(result.reason)
    return result.value
  }

  /** The simplest write: a session with this nonce. Sent once and never again. */
  async openSession(nonce: Uint8Array): Promise<CommandResult> {
    const operation = encodeCommand({ kind: 'openSession', nonce, timeoutMs: 60_000 })
    const command = encodeCommandEnvelope({ sessionId: 0, sequence: 0, ackedBelow: 0, operation })
    const result = decodeCommandResult(await this.#request((requestId) => ({ type: 'write', requestId, command })))
    if (!result.ok) throw new Error(result.reason)
    return result.value
  }

  async text(path: string, consistency: ReadConsistency = 'linearizable'): Promise<string> {
    const result = await this.query({ kind: 'get', path }, consistency)
    if (result.kind !== 'get') throw new Error(`${path}: ${result.kind === 'rejected' ? `${result.code} ${result.message}` : result.kind}`)
    return textOf(result.data)
  }

  close(): void {
    this.#link.close('the test is over')
  }

  onFrame(frame: Uint8Array): void {
    const decoded = decodeServerMessages(frame)
    if (!decoded.ok) throw new Error(decoded.reason)
    for (const message of decoded.value) this.#onMessage(message)
  }

  onClosed(reason: Error): void {
    this.#closed = reason
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }

  #request(message: (requestId: number) => ClientMessage): Promise<Uint8Array> {
    this.#lastRequest += 1
    const requestId = this.#lastRequest
    return new Promise((resolve, reject) => {
      if (this.#closed !== null) {
        reject(this.#closed)
        return
      }
      this.#waiting.set(requestId, { resolve, reject })
      this.#link.send(encodeClientMessages([message(requestId)]))
    })
  }

  #onMessage(message: ServerMessage): void {
    if (message.type !== 'result') return
    const waiting = this.#waiting.get(message.requestId)
    this.#waiting.delete(message.requestId)
    if (message.code === '') waiting?.resolve(message.body)
    else waiting?.reject(new SynodError(message.code as SynodErrorCode, message.message))
  }
}

/** The text of bytes that are known to be one. */
export function textOf(data: Uint8Array): string {
  const text = utf8Decode(data)
  if (!text.ok) throw new Error(text.reason)
  return text.value
}
