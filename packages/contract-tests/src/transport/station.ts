import assert from 'node:assert/strict'
import type { SynodError, Transport, TransportHandlers, TransportIdentity } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { Eventually } from '../eventually.ts'

/** What a transport told its owner, in order. */
export type Told =
  | { readonly kind: 'frame'; readonly peer: NodeId; readonly frame: Uint8Array }
  | { readonly kind: 'opened' | 'closed'; readonly peer: NodeId; readonly incarnation: number }
  | { readonly kind: 'refused'; readonly peer: NodeId }
  | { readonly kind: 'rejected'; readonly peer: NodeId | null; readonly error: SynodError }

type Kind = Told['kind']

/** One server of a test: a transport, its identity, and everything it has told. */
export class Station {
  readonly id: NodeId
  readonly transport: Transport
  readonly told: Told[] = []
  identity: TransportIdentity
  /** True while a call of ours is on the stack: a callback then is a synchronous one. */
  #calling = false
  readonly #open: Map<NodeId, number> = new Map()
  readonly #eventually: Eventually
  readonly violations: string[] = []

  constructor(transport: Transport, identity: TransportIdentity, eventually: Eventually) {
    this.id = identity.id
    this.transport = transport
    this.identity = identity
    this.#eventually = eventually
  }

  start(): Promise<void> {
    return this.call(() => this.transport.start(() => this.identity, this.#handlers()))
  }

  send(to: NodeId, frame: Uint8Array, lane: 'control' | 'bulk' = 'control'): void {
    this.call(() => this.transport.send(to, frame, lane))
  }

  /** Runs a call of the port and notes callbacks that come before it returns. */
  call<T>(run: () => T): T {
    this.#calling = true
    try {
      return run()
    } finally {
      this.#calling = false
    }
  }

  isOpen(peer: NodeId): boolean {
    return this.#open.has(peer)
  }

  count(kind: Kind, peer: NodeId): number {
    return this.told.filter((told) => told.kind === kind && told.peer === peer).length
  }

  framesFrom(peer: NodeId): Uint8Array[] {
    return this.told.flatMap((told) => (told.kind === 'frame' && told.peer === peer ? [told.frame] : []))
  }

  rejections(): SynodError[] {
    return this.told.flatMap((told) => (told.kind === 'rejected' ? [told.error] : []))
  }

  /** Incarnations of this kind of event, in order. */
  incarnations(kind: 'opened' | 'closed', peer: NodeId): number[] {
    return this.told.flatMap((told) => (told.kind === kind && told.peer === peer ? [told.incarnation] : []))
  }

  untilOpen(...peers: Station[]): Promise<void> {
    const names = peers.map((peer) => peer.id).join(', ')
    return this.#eventually.until(`${this.id} is connected to ${names}`, () => peers.every((peer) => this.isOpen(peer.id)))
  }

  assertOrderly(): void {
    assert.deepEqual(this.violations, [], `what transport ${this.id} told its owner was out of order`)
  }

  #note(told: Told): void {
    if (this.#calling) this.violations.push(`${told.kind} was called synchronously inside a call`)
    this.told.push(told)
    this.#eventually.changed()
  }

  #handlers(): TransportHandlers {
    return {
      onFrame: (peer, frame) => this.#note({ kind: 'frame', peer, frame }),
      onOpened: (peer, incarnation) => {
        if (this.#open.has(peer)) this.violations.push(`opened ${peer} twice without closed in between`)
        this.#open.set(peer, incarnation)
        this.#note({ kind: 'opened', peer, incarnation })
      },
      onClosed: (peer, incarnation) => {
        const was = this.#open.get(peer)
        if (was === undefined) this.violations.push(`closed ${peer} which was not open`)
        else if (was !== incarnation) this.violations.push(`closed ${peer} of incarnation ${incarnation}, opened was ${was}`)
        this.#open.delete(peer)
        this.#note({ kind: 'closed', peer, incarnation })
      },
      onRefused: (peer) => this.#note({ kind: 'refused', peer }),
      onRejected: (peer, error) => this.#note({ kind: 'rejected', peer, error }),
    }
  }
}
