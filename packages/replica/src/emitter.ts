import type { Logger, ReplicaEvents } from '@synod/interface'

type Listener<K extends keyof ReplicaEvents> = (payload: ReplicaEvents[K]) => void
type Listeners = { [K in keyof ReplicaEvents]: Set<Listener<K>> }

/** The events of a replica. A listener that throws is logged and harms nobody else. */
export class Emitter {
  readonly #listeners: Listeners = {
    'leader:change': new Set(),
    'role:change': new Set(),
    'servers:change': new Set(),
    halt: new Set(),
  }
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Adds a listener; the function returned removes it. */
  on<K extends keyof ReplicaEvents>(event: K, listener: Listener<K>): () => void {
    const listeners: Set<Listener<K>> = this.#listeners[event]
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  emit<K extends keyof ReplicaEvents>(event: K, payload: ReplicaEvents[K]): void {
    const listeners: Set<Listener<K>> = this.#listeners[event]
    for (const listener of Array.from(listeners)) {
      try {
        listener(payload)
      } catch (error) {
        this.#logger.error({ event, error }, 'a listener of a replica event threw')
      }
    }
  }
}
