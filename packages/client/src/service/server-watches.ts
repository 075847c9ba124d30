import { validatePath } from '@synod/tree/commands'
import type { ClientMessage, ServerMessage } from '@synod/wire'
import { zxidZero } from '@synod/interface/protocol'
import type { LogIndex, TreeEvent, WatchBatch } from '@synod/interface/protocol'
import type { ResolvedServiceOptions } from './options.ts'

/** All changes of one entry must fit into one frame; of more than that a watch is told as of a gap. */
const eventBytesMax = 8 * 1024 * 1024
const eventsMax = 100_000

type WatchMessage = ClientMessage & { readonly type: 'watch' }

/** The watches of one connection. */
export class ServerWatches {
  readonly #options: ResolvedServiceOptions
  readonly #send: (message: ServerMessage, bytes: number) => void
  /** How each ends, by the client's id; by a `wait` of its own while the replica has not reached the position to begin at. */
  readonly #active = new Map<number, () => void>()

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
      // A client may end it and use the number again before that: each wait is one of its own.
      const wait = (): void => {}
      this.#active.set(watchId, wait)
      this.#options.replica.read({ consistency: 'session', minIndex: from }, (outcome) => {
        if (this.#active.get(watchId) !== wait) return
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
    for (const end of this.#active.values()) end()
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
      live &&= this.#deliver(watchId, batch)
    })
    if (live) this.#active.set(watchId, unsubscribe)
    else unsubscribe()
  }

  /** False: the watch is over, for what it is to tell is not there, or too much. */
  #deliver(watchId: number, batch: WatchBatch): boolean {
    if (batch.kind === 'compacted') return this.#endWithGap(watchId, batch.floor)
    const { zxid, events } = batch
    const bytes = bytesOf(events)
    if (bytes > eventBytesMax || events.length > eventsMax) return this.#endWithGap(watchId, zxid.index)
    this.#send({ type: 'events', watchId, zxid, events }, bytes)
    return true
  }

  #endWithGap(watchId: number, floor: LogIndex): false {
    this.unwatch(watchId)
    this.#send({ type: 'compacted', watchId, floor }, 0)
    return false
  }

  #refuse(watchId: number, code: string, message: string): void {
    this.#send({ type: 'watching', watchId, zxid: zxidZero, code, message }, 0)
  }
}

/** At most, encoded: a character has up to three bytes. */
function bytesOf(events: readonly TreeEvent[]): number {
  return events.reduce((sum, { path }) => sum + 3 * path.length + 16, 0)
}
