import type { ServerMessage } from '@synod/wire'
import type { SynodError } from '@synod/interface'
import type { WatchOptions } from '@synod/interface/coordination'
import { BackOff } from './back-off.ts'
import type { Connection } from './connection.ts'
import { isTransient, serverError } from './errors.ts'
import type { ResolvedClientOptions } from './options.ts'
import { ClientWatch } from './watch.ts'

export interface WatchesEvents {
  /** Something is to be sent. */
  wake(): void
  /** The present server has no history for a watch: another may have it. */
  onCompacted(): void
}

/** All watches of a client: set again on every new connection, each from where it stands (amendment 28). */
export class Watches {
  readonly #events: WatchesEvents
  readonly #pause: BackOff
  readonly #all = new Set<ClientWatch>()
  readonly #byId = new Map<number, ClientWatch>()
  #unwatch: number[] = []
  #lastId = 0
  /** Not set at the present server, and to be. */
  readonly #toSet = new Set<ClientWatch>()
  #notBefore = Infinity

  constructor(options: ResolvedClientOptions, events: WatchesEvents) {
    this.#events = events
    this.#pause = new BackOff(options.random, 10, 1_000)
  }

  get size(): number {
    return this.#all.size
  }

  /** A watch waits for a server to answer. */
  get outstanding(): boolean {
    return this.#toSet.size > 0
  }

  /** Endpoints of which it is known that they have no history for some watch; null when no watch looks for another server. */
  get searching(): ReadonlySet<string> | null {
    let tried: Set<string> | null = null
    for (const watch of this.#all) {
      if (watch.compactedAt.size === 0 || watch.lost) continue
      tried ??= new Set()
      for (const endpoint of watch.compactedAt) tried.add(endpoint)
    }
    return tried
  }

  open(path: string, options: WatchOptions): ClientWatch {
    const watch = new ClientWatch(this, path, options)
    this.#all.add(watch)
    this.#toSet.add(watch)
    this.#events.wake()
    return watch
  }

  forget(watch: ClientWatch): void {
    this.#all.delete(watch)
    this.#toSet.delete(watch)
    if (watch.watchId === 0 || !this.#byId.delete(watch.watchId)) return
    this.#unwatch.push(watch.watchId)
    this.#events.wake()
  }

  onConnectionLost(): void {
    this.#byId.clear()
    this.#unwatch = []
    for (const watch of this.#all) {
      watch.watchId = 0
      watch.notBefore = 0
      this.#toSet.add(watch)
    }
  }

  collect(connection: Connection, now: number): void {
    for (const watchId of this.#unwatch) connection.queue({ type: 'unwatch', watchId })
    if (this.#unwatch.length > 0) this.#unwatch = []
    this.#notBefore = Infinity
    for (const watch of this.#toSet) {
      if (watch.compactedAt.has(connection.endpoint)) continue
      if (now < watch.notBefore) {
        this.#notBefore = Math.min(this.#notBefore, watch.notBefore)
        continue
      }
      this.#toSet.delete(watch)
      this.#lastId += 1
      watch.watchId = this.#lastId
      this.#byId.set(watch.watchId, watch)
      const from = watch.lost ? -1 : watch.cursor
      connection.queue({ type: 'watch', watchId: watch.watchId, path: watch.path, mode: watch.mode, from }, watch.path.length)
    }
  }

  dueAt(): number {
    return this.#notBefore
  }

  onWatching(message: ServerMessage & { type: 'watching' }, now: number): void {
    const watch = this.#byId.get(message.watchId)
    if (watch === undefined) return
    if (message.code === '') {
      this.#pause.reset()
      watch.compactedAt.clear()
      watch.onWatching(message.zxid)
      return
    }
    this.#byId.delete(message.watchId)
    watch.watchId = 0
    if (!isTransient(message.code)) {
      watch.fail(serverError(message.code, message.message))
      return
    }
    this.#toSet.add(watch)
    watch.notBefore = now + this.#pause.next()
    this.#notBefore = Math.min(this.#notBefore, watch.notBefore)
  }

  onEvents(message: ServerMessage & { type: 'events' }): void {
    this.#byId.get(message.watchId)?.onEvents(message)
  }

  onCompacted(connection: Connection, message: ServerMessage & { type: 'compacted' }): void {
    const watch = this.#byId.get(message.watchId)
    if (watch === undefined) return
    this.#byId.delete(message.watchId)
    watch.watchId = 0
    this.#toSet.add(watch)
    if (watch.lost) watch.notBefore = connection.lastArrival + this.#pause.next()
    else watch.compactedAt.add(connection.endpoint)
    this.#events.onCompacted()
  }

  /** No server that could be reached has the history: those watches go on from now, and say so. */
  giveUpHistory(): void {
    for (const watch of this.#all) {
      if (watch.compactedAt.size === 0) continue
      watch.compactedAt.clear()
      watch.lost = true
    }
    this.#events.wake()
  }

  end(error: SynodError): void {
    for (const watch of [...this.#all]) watch.fail(error)
  }
}
