import type { Micros } from '@synod/interface/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { SimServer } from '../cluster/sim-server.ts'
import type { Traits } from '../traits.ts'

/** What a failover in peace may take: round trips, syncs, the probe of a closed connection, and the turns of event loops between them. */
export function failoverMicros({ network, disk, process }: Traits): Micros {
  const roundTrip = 2 * network.peers.maxMicros
  const probe = Math.max(2 * roundTrip, 10_000)
  const steps = 10 * process.turnMicros + 3 * process.timerLateMicros + 2_000
  return Math.ceil(3.5 * roundTrip) + 3 * disk.syncMaxMicros + probe + steps
}

/** What the check needs of a simulation. */
export interface SpeedStage {
  readonly cluster: Cluster
  readonly traits: Traits
  advance(millis: number, until: () => boolean): Promise<boolean>
  now(): Micros
  /** Ends its process; it stays down. */
  kill(server: SimServer): void
  fail(invariant: string, message: string): void
  /** Notes how long it took. */
  took(micros: Micros): void
}

/**
 * I29, in the liveness phase (protocol §2.15, amendment 19): when all is quiet the leader's process dies and its connections close. Another
 * must be established within 3.5 round trips, the syncs and the probe; and I30: for this one fault no more than two epochs are used up.
 */
export async function checkSpeed(stage: SpeedStage): Promise<void> {
  const { cluster, traits } = stage
  const leader = cluster.leader()
  const epoch = leader?.core?.view.leaderEpoch ?? 0
  const others = cluster.servers.filter((server) => server !== leader && server.isUp)
  if (leader === null || 2 * others.length <= cluster.servers.length) return
  const from = stage.now()
  stage.kill(leader)
  const isEstablished = (): boolean => {
    const view = cluster.leader()?.core?.view
    return view !== undefined && view.leaderEpoch > epoch && view.strength === 'established'
  }
  const most = failoverMicros(traits)
  await stage.advance(Math.max(10_000, (10 * most) / 1000), isEstablished)
  const took = stage.now() - from
  stage.took(took)
  if (took > most)
    stage.fail('I29', `${took / 1000} ms passed from the end of leader ${leader.id} to the next, where ${most / 1000} ms are enough`)
  const used = (cluster.leader()?.core?.view.leaderEpoch ?? 0) - epoch
  if (used > 2) stage.fail('I30', `one crash used up ${used} epochs`)
}
