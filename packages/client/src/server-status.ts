import { decodeServerMessages, encodeClientMessages, utf8Decode } from '@synod/wire'
import { SynodError } from '@synod/interface'
import type { StatusDocument } from './service/status-document.ts'
import { createSystemClock } from './system-environment.ts'
import { createWsDialer } from './ws/dialer.ts'
import type { WsDialerOptions } from './ws/dialer.ts'

export interface ServerStatusOptions extends WsDialerOptions {
  readonly signal?: AbortSignal
  /** Default 2 000. */
  readonly timeoutMs?: number
}

/**
 * What one server says of itself: one request, no session, no other server asked, answered without a quorum too.
 * Rejects with the server's reason to turn this client away, or `SYNOD_UNREACHABLE`.
 */
export function serverStatus(endpoint: string, options: ServerStatusOptions = {}): Promise<StatusDocument> {
  const { signal, timeoutMs = 2_000, ...dial } = options
  const dialer = createWsDialer(dial)
  const clock = createSystemClock()
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const settle = (run: () => void): void => {
      cancel()
      signal?.removeEventListener('abort', onAbort)
      run()
      giveUp()
    }
    const fail = (error: unknown): void => settle(() => reject(error))
    const onAbort = (): void => fail(signal?.reason)
    const cancel = clock.setTimer(clock.now() + timeoutMs * 1000, () => {
      fail(new SynodError('SYNOD_UNREACHABLE', `${endpoint} did not answer within ${timeoutMs} ms`, { retryable: true }))
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    const giveUp = dialer.dial(endpoint, {
      onOpened: (link) => link.send(encodeClientMessages([{ type: 'status', requestId: 1 }])),
      onFrame: (frame) => {
        const decoded = decodeServerMessages(frame)
        const answer = decoded.ok ? decoded.value.find((message) => message.type === 'status') : undefined
        if (!decoded.ok) fail(new SynodError('SYNOD_BAD_FRAME', `${endpoint} sent what could not be read: ${decoded.reason}`))
        else if (answer !== undefined) settle(() => resolve(parseStatus(answer.json)))
      },
      onClosed: (error) =>
        fail(
          SynodError.is(error)
            ? error
            : new SynodError('SYNOD_UNREACHABLE', `${endpoint}: ${error?.message ?? 'it closed the connection'}`, { cause: error }),
        ),
    })
  })
}

function parseStatus(json: Uint8Array): StatusDocument {
  const text = utf8Decode(json)
  return JSON.parse(text.ok ? text.value : 'null') as StatusDocument
}
