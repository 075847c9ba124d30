import type { ReplicaBounds, ReplicaTimings } from '@synod/replica'
import type { DiskTraits } from './disk/sim-disk.ts'
import type { RandomStream } from './engine/random.ts'
import type { NetworkTraits } from './network/network.ts'
import type { ProcessTraits } from './process/sim-process.ts'

/** The weather of a run: what is normal in it, before any fault. */
export interface Traits {
  readonly name: string
  readonly network: NetworkTraits
  readonly disk: DiskTraits
  readonly replica: Partial<ReplicaTimings & ReplicaBounds>
  /** Largest error of a clock's rate, parts per million. */
  readonly rateErrorPpm: number
  readonly process: Omit<ProcessTraits, 'rateErrorPpm'>
  readonly sessionTimeoutMs: number
  /** Commands may reach the log long after their client has given them up. */
  readonly lateCopies: boolean
  /** Changes that a server keeps for watches that resume. */
  readonly historyEventsMax: number
  /** After the faults a time without any follows, in which no session may end. */
  readonly peace: boolean
}

const places: readonly { readonly name: string; readonly peers: readonly [number, number]; readonly clients: readonly [number, number] }[] =
  [
    { name: 'loopback', peers: [20, 60], clients: [20, 60] },
    { name: 'one rack', peers: [100, 250], clients: [100, 400] },
    { name: 'one region', peers: [300, 2_000], clients: [300, 3_000] },
    { name: 'wide area', peers: [10_000, 14_000], clients: [5_000, 40_000] },
  ]

const disks: readonly (readonly [number, number])[] = [
  [20, 60],
  [200, 900],
  [1_000, 6_000],
  [8_000, 40_000],
]

/** Draws the weather of a seed. */
export function drawTraits(random: RandomStream): Traits {
  const place = random.pick(places)
  const [syncMinMicros, syncMaxMicros] = random.pick(disks)
  const lossy = random.chance(0.3)
  const sessionTimeoutMs = random.split('session').pick([2_000, 4_000, 10_000])
  return {
    name: `${place.name}, ${lossy ? 'lossy frames' : 'TCP'}, disk ${syncMinMicros / 1000}–${syncMaxMicros / 1000} ms`,
    network: {
      peers: { minMicros: place.peers[0], maxMicros: place.peers[1] },
      clients: { minMicros: place.clients[0], maxMicros: place.clients[1] },
      lossy,
    },
    disk: { syncMinMicros, syncMaxMicros },
    replica: {
      snapshotLogBytesMin: random.pick([2_000, 20_000, 200_000]),
      snapshotLogEntriesMax: random.pick([20, 100, 1_000]),
      keepEntries: random.pick([0, 5, 50]),
      chunkBytesMax: random.pick([1_024, 16_384, 262_144]),
      applyBatchMax: random.pick([1, 8, 2_000]),
      appendBytesMax: random.pick([1, 1_000, 1_048_576]),
    },
    rateErrorPpm: random.pick([0, 50, 10_000]),
    process: { turnMicros: random.pick([0, 20, 300]), timerLateMicros: random.pick([0, 1_000, 4_000]) },
    sessionTimeoutMs,
    lateCopies: random.chance(0.6),
    historyEventsMax: random.pick([10, 60, 400]),
    peace: random.chance(0.03) && sessionTimeoutMs < 10_000,
  }
}
