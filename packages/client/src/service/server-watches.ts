import { validatePath } from '@synod/tree/commands'
import type { ClientMessage, ServerMessage } from '@synod/wire'
import { zxidZero } from '@synod/interface/protocol'
import type { WatchBatch } from '@synod/interface/protocol'
import type { ResolvedServiceOptions } from './options.ts'

type WatchMessage = ClientMessage & { readonly type: 'watch' }

/** The watches of one connection. */
export class ServerWatches {
  readonly #options: ResolvedServiceOptions
  readonly #send: (message: ServerMessage, bytes: number) => void
  /** By the client's id; null while the replica has not reached the position to begin at. */
  readonly #active = new Map<number, (() => void) | null>()

  constructor(options: ResolvedServiceOptions, send: (message: ServerMessage, bytes: number) => void) {
    this.#options = options
    this.#send = send
  }

  /** Sets it once this replica has applied everything up to `from`: an earlier position would repeat what the client knows. */
  watch(message: WatchMessage): void {
    const { watchId, path, from } = message
    const problem = validatePath(path)
    if (problem !== null) {
      this.#refuse(watchId, 'SYNOD_INVALID_PATH', problem)
    } else if (this.#active.has(watchId)) {
      this.#refuse(watchId, 'SYNOD_BAD_FRAME', `watch ${watchId} is set already`)
    } else if (this.#active.size >= this.#options.watchesMax) {
      this.#refuse(watchId, 'SYNOD_BUSY', `this connection has ${this.#options.watchesMax} watches already`)
    } else if (from <= this.#options.replica.state.appliedZxid.index) {
      this.#subscribe(message)
    } else {
      this.#active.set(watchId, null)
      this.#options.replica.read({ consistency: 'session', minIndex: from }, (outcome) => {
        if (!this.#active.has(watchId)) return
        this.#active.delete(watchId)
        if (outcome.ok) this.#subscribe(message)
        else this.#refuse(watchId, outcome.error.code, outcome.error.message)
      })
    }
  }

  unwatch(watchId: number): void {
    this.#active.get(watchId)?.()
    this.#active.delete(watchId)
  }

  close(): void {
    for (const unsubscribe of this.#active.values()) unsubscribe?.()
    this.#active.clear()
  }

  #subscribe(message: WatchMessage): void {
    const { watchId, path, mode } = message
    const { appliedZxid } = this.#options.replica.state
    const from = message.from < 0 ? appliedZxid.index : message.from
    if (from < this.#options.watches.historyFloor) {
      this.#send({ type: 'compacted', watchId, floor: this.#options.watches.historyFloor }, 0)
      return
    }
    this.#send({ type: 'watching', watchId, zxid: appliedZxid, code: '', message: '' }, 0)
    let live = true
    const unsubscribe = this.#options.watches.subscribe({ path, mode, from }, (batch) => {
      live &&= batch.kind === 'events'
      this.#deliver(watchId, batch)
    })
    if (live) this.#active.set(watchId, unsubscribe)
    else unsubscribe()
  }

  #deliver(watchId: number, batch: WatchBatch): void {
    if (batch.kind === 'events') {
      const { zxid, events } = batch
      this.#send({ type: 'events', watchId, zxid, events }, events.length * 64)
      return
    }
    this.unwatch(watchId)
    this.#send({ type: 'compacted', watchId, floor: batch.floor }, 0)
  }

  #refuse(watchId: number, code: string, message: string): void {
    this.#send({ type: 'watching', watchId, zxid: zxidZero, code, message }, 0)
  }
}
