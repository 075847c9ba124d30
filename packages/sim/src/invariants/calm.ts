import type { Micros } from '@synod/interface/protocol'
import type { InvariantContext, ObservedServer } from './invariant.ts'

/** Everybody has followed one leader for so long, and no fault has had an effect. */
const calmMicros: Micros = 1_000_000

/** Whether a cluster is at peace. Looked at after every step. */
export class Calm {
  readonly #context: InvariantContext
  #settledSince: Micros = -1

  constructor(context: InvariantContext) {
    this.#context = context
  }

  onStep(): void {
    if (this.settled() === null) this.#settledSince = -1
    else if (this.#settledSince < 0) this.#settledSince = this.#context.now()
  }

  get isThere(): boolean {
    return this.#settledSince >= 0 && this.#context.now() - Math.max(this.#settledSince, this.#context.calmSince()) >= calmMicros
  }

  /** The leader that everybody follows; `null`: there is none. */
  settled(): ObservedServer | null {
    const { servers } = this.#context
    const leader = servers.find(isEstablished)
    const view = leader?.core?.view
    if (leader === undefined || view === undefined || !view.confirmed) return null
    const follows = (server: ObservedServer): boolean => {
      const own = server.core?.view
      return own?.role === 'following' && own.leader === leader.id && own.leaderEpoch === view.leaderEpoch
    }
    return servers.every((server) => server === leader || follows(server)) ? leader : null
  }
}

export function isEstablished({ isUp, core }: ObservedServer): boolean {
  return isUp && core?.view.role === 'leading' && core.view.strength === 'established'
}
