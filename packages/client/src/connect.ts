import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { EngineClient } from './create-client.ts'
import { Engine } from './engine.ts'
import { unreachable } from './errors.ts'
import { resolveClientOptions } from './options.ts'
import type { ClientTuning } from './options.ts'
import { createSystemClock, createSystemRandom } from './system-environment.ts'
import { createWsDialer } from './ws/dialer.ts'
import type { WsDialerOptions } from './ws/dialer.ts'

export interface ConnectOptions extends WsDialerOptions, ClientTuning {
  /** Endpoints of some servers, such as `ws://10.0.0.1:7401`; the others are learnt. */
  readonly servers: readonly string[]
  /** Gives up connecting; rejects with its reason. It has no effect on the client afterwards. */
  readonly signal?: AbortSignal
  /** Gives up connecting after so long. Default 10 000. */
  readonly connectTimeoutMs?: number
}

/**
 * Connects to a cluster over WebSocket; resolves when the client's session is open.
 *
 * Rejects with `SYNOD_INVALID_CONFIG`; at once with `SYNOD_UNAUTHORIZED`, `SYNOD_CLUSTER_MISMATCH` or `SYNOD_WIRE_VERSION` when every server
 * turns this client away for good; after `connectTimeoutMs` with `SYNOD_UNREACHABLE` and the reason of each server, or `SYNOD_NO_QUORUM` when
 * servers answer but none hears a leader; and with the reason of `signal`.
 */
export async function connect(options: ConnectOptions): Promise<CoordinationClient> {
  const { cluster, secret, tls, signal, connectTimeoutMs = 10_000, ...rest } = options
  signal?.throwIfAborted()
  const dialer = createWsDialer({
    ...(cluster === undefined ? {} : { cluster }),
    ...(secret === undefined ? {} : { secret }),
    ...(tls === undefined ? {} : { tls }),
  })
  const engine = new Engine(resolveClientOptions({ ...rest, dialer, clock: createSystemClock(), random: createSystemRandom() }))
  try {
    await sessionOpen(engine, connectTimeoutMs, signal)
  } catch (error) {
    engine.stop()
    throw error
  }
  return new EngineClient(engine)
}

function sessionOpen(engine: Engine, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  const { clock } = engine.options
  const { book } = engine.steering
  return new Promise((resolve, reject) => {
    const settle = (run: () => void): void => {
      cancel()
      signal?.removeEventListener('abort', onAbort)
      engine.observer = null
      run()
    }
    const onAbort = (): void => settle(() => reject(signal?.reason))
    const cancel = clock.setTimer(clock.now() + timeoutMs * 1000, () => {
      settle(() => reject(engine.connection === null ? unreachable(book.reasons()) : noLeader(timeoutMs)))
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    engine.observer = {
      onSessionOpened: () => settle(resolve),
      onSessionEnded: (error) => settle(() => reject(error)),
      onTurnedAway: (error) => settle(() => reject(error)),
    }
    engine.session.want()
  })
}

function noLeader(timeoutMs: number): SynodError {
  return new SynodError('SYNOD_NO_QUORUM', `Servers answer, but in ${timeoutMs} ms none had a leader with a quorum to open the session`, {
    retryable: true,
  })
}
