import type { CoreEvent, Effects, ElectionCore, Outgoing } from '@synod/election-core'
import { recover } from '@synod/election-core'
import type { ClusterConfig, NodeId, WalRecord } from '@synod/interface/protocol'
import { DiskView, Violation } from '@synod/sim'
import { canonical, moment } from './canonical.ts'
import type { Flight } from './envelope.ts'
import { peerIn, takeOff } from './envelope.ts'
import type { Inside } from './inside.ts'
import { cloneCore, insideOf } from './inside.ts'
import { plain } from './plain.ts'
import { checkRecord, checkRecovery, checkSend, checkStep } from './local-invariants.ts'

/** Where every life's monotonic clock begins: long after the times at which nothing ever happened. */
const origin = 1_000_000_000

export const clusterId = '00000000000000000000000000000001'

/** One server at one moment, never changed: its core, its disk, and what its driver still holds back. */
export interface Machine {
  readonly id: NodeId
  /** `null` while it is down. */
  readonly core: ElectionCore | null
  readonly disk: readonly WalRecord[]
  readonly view: DiskView
  /** Batches that a crash may lose, oldest first. */
  readonly unsynced: readonly { readonly sequence: number; readonly records: readonly WalRecord[] }[]
  /** Messages that wait for a sync. */
  readonly held: readonly { readonly afterSequence: number; readonly flight: Flight }[]
  readonly durable: number
}

/** What a machine turns into, and what it says meanwhile. */
export interface Turn {
  readonly machine: Machine
  readonly sends: readonly Flight[]
}

const codec = {
  encode: (config: ClusterConfig): Uint8Array => new TextEncoder().encode(JSON.stringify(config)),
  decode: (bytes: Uint8Array): ClusterConfig => JSON.parse(new TextDecoder().decode(bytes)) as ClusterConfig,
}

/** Three equal voters. */
export const config: ClusterConfig = {
  members: [1, 2, 3].map((id) => ({ id, instance: 1, kind: 'voter' as const, weight: 1, priority: 0 })),
  outgoing: null,
  leaseMs: 0,
}

/** A formatted store with the first entry of epoch 1, which all three have: it stands for any common past. */
export function firstDisk(id: NodeId): readonly WalRecord[] {
  const meta: WalRecord = {
    kind: 'meta',
    clusterName: 'explore',
    clusterId,
    generation: 0,
    member: { id, instance: 1 },
    incarnation: 0,
    config,
  }
  const entry = { epoch: 1, index: 1, type: 'epoch' as const, timeMs: 0, payload: codec.encode(config) }
  return [
    meta,
    { kind: 'promise', epoch: 1, candidate: 3, candidateIncarnation: 0 },
    { kind: 'entries', prev: { epoch: 0, index: 0 }, entries: [entry] },
  ]
}

/** A server that is down, with this on its disk. */
export function downMachine(id: NodeId, disk: readonly WalRecord[]): Machine {
  const view = new DiskView()
  for (const record of disk) view.apply(record)
  return { id, core: null, disk, view, unsynced: [], held: [], durable: 0 }
}

/** Boots a server from its disk. */
export function boot(machine: Machine): Turn {
  const options = {
    self: machine.id,
    clusterName: 'explore',
    config,
    formatId: `${machine.id}`.padStart(32, 'f'),
    newClusterId: clusterId,
    codec,
    // No waiting before a campaign: waiting is what the order of deliveries is for.
    timings: { closedGraceMinMicros: 0, finalizeMaxMicros: 0 },
  }
  const { core, damage } = recover(machine.disk, options)
  if (damage !== null) throw new Violation('I11', `server ${machine.id} cannot recover: ${damage}`)
  checkRecovery(core, machine.view)
  return take({ ...machine, core, durable: 0 }, core, core.step(origin, { type: 'start' }))
}

/** One step of the core. `jump`: its clock goes to its next deadline first. */
export function step(machine: Machine, event: CoreEvent, jump = false): Turn {
  const { core: before } = machine
  if (before === null) throw new Error(`server ${machine.id} is down`)
  const core = cloneCore(before)
  const inside = insideOf(core)
  if (event.type === 'opened') peerIn(core, event.peer)['helloAt'] = 0
  const now = inside['now'] as number
  const due = Math.ceil(((inside['timerAt'] as number | null) ?? now) / moment) * moment
  const effects = core.step(jump ? Math.max(due, now + 1) : now + 1, event)
  forgetGossip(core)
  checkStep(before, core)
  return take(machine, core, effects)
}

/** The oldest batches reach the disk, and the core is told. */
export function sync(machine: Machine, batches: number): Turn {
  const persisted = persist(machine, batches)
  const sequence = machine.unsynced[batches - 1]?.sequence ?? machine.durable
  return step({ ...persisted, durable: sequence }, { type: 'durable', sequence })
}

/** Loses everything but the disk, to which some more batches may have come unreported. */
export function crash(machine: Machine, batches: number): Machine {
  const { disk, view } = persist(machine, batches)
  return { id: machine.id, core: null, disk, view, unsynced: [], held: [], durable: 0 }
}

function persist(machine: Machine, batches: number): Machine {
  const records = machine.unsynced.slice(0, batches).flatMap((batch) => batch.records)
  const { view } = downMachine(machine.id, machine.disk)
  for (const record of records) {
    checkRecord({ ...machine, view }, record)
    view.apply(record)
  }
  return { ...machine, disk: [...machine.disk, ...records], view, unsynced: machine.unsynced.slice(batches) }
}

/** Of the canvass nothing is remembered from one step to the next: what a server hears of others comes anew with every `glance`. */
function forgetGossip(core: ElectionCore): void {
  for (const peer of insideOf(core)['peers'] as Inside[]) Object.assign(peer, { status: null, statusAt: -1 })
}

/** Executes the effects as a driver does: batch to the disk's queue, messages after the batches that they wait for. */
function take(machine: Machine, core: ElectionCore, effects: Effects): Turn {
  for (const notice of effects.notices) {
    if (notice.kind === 'halt') throw new Violation(notice.invariant, `server ${machine.id} halts: ${notice.detail}`)
  }
  const said: Outgoing[] = []
  for (const out of effects.send) {
    if (out.message.body.type === 'status') checkSend({ ...machine, core }, takeOff(core, out))
    else said.push(out)
  }
  const unsynced =
    effects.wal.length === 0 ? machine.unsynced : [...machine.unsynced, { sequence: effects.walSequence, records: effects.wal }]
  const waiting = [...machine.held, ...said.map((out) => ({ afterSequence: out.afterSequence, flight: takeOff(core, out) }))]
  const sends = waiting.filter((each) => each.afterSequence <= machine.durable).map((each) => each.flight)
  const held = waiting.filter((each) => each.afterSequence > machine.durable)
  const next = { ...machine, core, unsynced, held }
  for (const flight of sends) checkSend(next, flight)
  return { machine: next, sends }
}

/** Tells machines apart. */
export function nameOf(machine: Machine): string {
  const { core, view, unsynced, held } = machine
  const entries = [...view.entries.values()].map(
    (entry) => `${entry.epoch}${entry.type === 'command' ? `:${entry.payload.join('.')}` : ''}`,
  )
  const disk = `${machine.id}/${view.incarnation} ${view.promisedEpoch}→${view.promisedTo}/${view.promisedIncarnation} ${entries.join(' ')}`
  if (core === null) return disk
  const inside = insideOf(core)
  const newest = inside['walSequence'] as number
  const batches = unsynced.map(({ records }) => plain(records)).join(' ')
  const waiting = held.map((each) => `${each.afterSequence - newest} ${plain(each.flight)}`).join(' ')
  return `${disk} | ${canonical(inside)} | ${batches} | ${waiting}`
}
