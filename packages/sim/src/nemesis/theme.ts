import type { Micros, NodeId } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { Traits } from '../traits.ts'
import type { Direction, FaultAction } from './actions.ts'

/** What an episode of a theme is drawn from. */
export interface Episode {
  readonly random: RandomStream
  /** When it begins. */
  readonly at: Micros
  readonly ids: readonly NodeId[]
  readonly clients: readonly string[]
}

/**
 * A kind of trouble that many known bugs of systems like this one need: several faults in a certain order, close to each other.
 * Undirected faults come upon it once in ten thousand seeds.
 */
export interface Theme {
  readonly name: string
  /** What happens again and again, in a sentence. */
  readonly title: string
  /** Servers without which there is no such thing. */
  readonly nodesMin: number
  /** Mean time between the beginnings of two episodes. */
  readonly everyMicros: Micros
  /** What must be so for it to matter: small windows, say. */
  shape(random: RandomStream, traits: Traits): Traits
  /** Faults that last as long as all faults. */
  throughout?(episode: Episode): readonly FaultAction[]
  episode(episode: Episode): readonly FaultAction[]
}

/** All directions between servers. */
export function everywhere(ids: readonly NodeId[]): readonly Direction[] {
  return ids.flatMap((from) => ids.filter((to) => to !== from).map((to): Direction => [String(from), String(to)]))
}

/** So few entries between two snapshots that logs are cut all the time. Over long ways nobody would ever get a snapshot to its end. */
export function entriesPerSnapshot(random: RandomStream, traits: Traits): number {
  return traits.network.peers.maxMicros > 2_000 ? 40 : random.pick([1, 3, 8, 20])
}
