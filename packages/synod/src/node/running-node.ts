import { localClient } from '@synod/client'
import type { AcceptedLink, ClientEndpoint, ClientService, ClientTuning } from '@synod/client'
import type { ClientLink, LeadershipStrength, ReplicaEvents } from '@synod/interface'
import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import type { Replica } from '@synod/replica'
import type { NodeParts } from './node-parts.ts'
import type { NodeStatus, SynodNode } from './synod-node.ts'

/** What was started for a node, in the order in which it was. */
export interface StartedParts {
  readonly parts: NodeParts
  readonly service: ClientService
  readonly listener: ClientEndpoint | null
  /** As clients are told; where they are told nothing, where it listens. */
  readonly endpoint: string
  /** Aborted at the beginning of `close`: the node is not ready any more. */
  readonly closing: AbortController
}

/** A node from the end of its start to its close. */
export class RunningNode implements SynodNode {
  readonly id: number
  readonly endpoint: string
  readonly replica: Replica
  readonly #started: StartedParts
  readonly #clients: CoordinationClient[] = []
  #client: CoordinationClient | null = null
  #closed: Promise<void> | null = null

  constructor(started: StartedParts) {
    this.#started = started
    this.replica = started.parts.replica
    this.endpoint = started.endpoint
    this.id = this.replica.status().id
  }

  get client(): CoordinationClient {
    this.#client ??= this.createClient()
    return this.#client
  }

  createClient(tuning: ClientTuning = {}): CoordinationClient {
    const { service, parts } = this.#started
    const client = localClient({ ...tuning, service, clock: parts.clock, random: parts.random })
    this.#clients.push(client)
    return client
  }

  /** A client of another thread. */
  accept(link: ClientLink): AcceptedLink {
    return this.#started.service.accept(link)
  }

  status(): NodeStatus {
    const status = this.replica.status()
    const { transport } = this.#started.parts
    const peers = status.servers.filter(({ id }) => id !== this.id)
    return {
      ...status,
      endpoint: this.endpoint,
      roundTripMicros: Object.fromEntries(peers.map(({ id }) => [id, transport.roundTripMicros(id)])),
    }
  }

  on<K extends keyof ReplicaEvents>(event: K, listener: (payload: ReplicaEvents[K]) => void): () => void {
    return this.replica.on(event, listener)
  }

  waitFor(strength: LeadershipStrength, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.replica.waitFor(strength, options)
  }

  ready(options: { readonly signal?: AbortSignal } = {}): Promise<number> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      const stops: (() => void)[] = []
      const settle = (run: () => void): void => {
        for (const stop of stops.splice(0)) stop()
        run()
      }
      const check = (): void => {
        const { leader, halted, stopped, role, strength } = this.replica.status()
        if (halted !== null) settle(() => reject(halted))
        else if (stopped || this.#started.closing.signal.aborted)
          settle(() => reject(new SynodError('SYNOD_STOPPED', 'this server has stopped')))
        else if (leader !== null && (role === 'following' || strength === 'established')) settle(() => resolve(leader))
      }
      const onAbort = (): void => settle(() => reject(signal?.reason))
      signal?.throwIfAborted()
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#started.closing.signal.addEventListener('abort', check, { once: true })
      stops.push(
        () => signal?.removeEventListener('abort', onAbort),
        () => this.#started.closing.signal.removeEventListener('abort', check),
        this.on('leader:change', check),
        this.on('role:change', check),
        this.on('halt', check),
      )
      check()
    })
  }

  close(options: { readonly graceful?: boolean } = {}): Promise<void> {
    this.#closed ??= this.#close(options.graceful ?? true)
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The reverse of the start; clients of other processes keep their connection until everything on its way is answered. */
  async #close(graceful: boolean): Promise<void> {
    const { service, listener, closing } = this.#started
    closing.abort()
    if (graceful) await Promise.allSettled(this.#clients.map((client) => client.close()))
    await this.replica.stop({ graceful })
    service.close()
    if (!graceful) await Promise.allSettled(this.#clients.map((client) => client.close()))
    await listener?.close()
  }
}
