import type { NodeId } from '@synod/interface/protocol'
import { lifeOf } from './heard.ts'
import type { ObservedServer } from './invariant.ts'

interface Seen {
  readonly following: string
  readonly count: number
}

/** How many reads each follower has asked its leader for, against how many answers it may take. */
export class AskedReads {
  readonly #seen: Map<NodeId, Seen> = new Map()
  readonly #answers: Map<NodeId, number> = new Map()
  readonly #foreign: Map<NodeId, number> = new Map()

  /** A server is about to be handed an answer; `isMeant`: to it, as it lives now. */
  answered({ id }: ObservedServer, isMeant: boolean): void {
    const answers = isMeant ? this.#answers : this.#foreign
    answers.set(id, (answers.get(id) ?? 0) + 1)
  }

  /** After a step: what is wrong, or `null`. */
  look(server: ObservedServer): string | null {
    const { id } = server
    const view = server.core?.view
    if (view === undefined) return null
    const answers = this.#answers.get(id) ?? 0
    const foreign = this.#foreign.get(id) ?? 0
    this.#answers.delete(id)
    this.#foreign.delete(id)
    const following = view.role === 'following' ? `${lifeOf(server)} ${view.leader} ${view.leaderEpoch}` : ''
    const before = this.#seen.get(id)
    this.#seen.set(id, { following, count: view.readsAsked })
    if (following === '') return view.readsAsked === 0 ? null : `server ${id} follows nobody and waits for ${view.readsAsked} reads`
    if (before?.following !== following) return null
    const fewer = before.count - view.readsAsked
    // More than that: it has left its leader and is back, and asks anew.
    if (fewer <= answers || fewer > answers + foreign) return null
    return `server ${id} waits for ${view.readsAsked} reads after ${before.count}, having had ${answers} answers, and ${foreign} that are not for this life of it`
  }
}
