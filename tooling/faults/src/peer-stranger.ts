import { createSystemClock, createSystemRandom } from '@synod/client'
import type { SynodError } from '@synod/interface'
import { createWsTransport } from '@synod/transport-ws'
import type { WsTransport } from '@synod/transport-ws'

export interface PeerStrangerOptions {
  /** Who it says it is. */
  readonly id: number
  /** The server that it dials, and the id it expects there (default: the right one). */
  readonly target: { readonly id: number; readonly port: number }
  readonly as?: number
  readonly secret: string | undefined
  readonly clusterName: string
  readonly clusterId: string
  readonly incarnation: number
}

/** Somebody who speaks the protocol between servers faultlessly as far as connecting goes, and says what he likes. */
export class PeerStranger {
  /** What the server, or he himself, had against the other; the newest last. */
  readonly rejections: SynodError[] = []
  opened = 0
  closed = 0
  readonly #transport: WsTransport
  readonly #target: number

  private constructor(transport: WsTransport, target: number) {
    this.#transport = transport
    this.#target = target
  }

  static async start(options: PeerStrangerOptions): Promise<PeerStranger> {
    const { id, target, as = target.id, secret, clusterName, clusterId, incarnation } = options
    const peers = { [id]: 'ws://127.0.0.1:1', [as]: `ws://127.0.0.1:${target.port}` }
    const transport = createWsTransport({
      id,
      peers,
      secret,
      listen: { host: '127.0.0.1', port: 0 },
      frameBytesMax: 64 * 1024 * 1024,
      clock: createSystemClock(),
      random: createSystemRandom(),
    })
    const stranger = new PeerStranger(transport, as)
    await transport.start(() => ({ id, incarnation, clusterName, clusterId }), {
      onFrame: () => {},
      onOpened: () => (stranger.opened += 1),
      onClosed: () => (stranger.closed += 1),
      onRefused: () => {},
      onRejected: (_peer, error) => stranger.rejections.push(error),
    })
    return stranger
  }

  send(frame: Uint8Array): void {
    this.#transport.send(this.#target, frame, 'control')
  }

  stop(): Promise<void> {
    return this.#transport.stop()
  }
}
