import type { CoreEvent, CoreView } from '@synod/election-core'
import { Violation } from '@synod/sim'
import type { Belief, Flight } from './envelope.ts'
import { beliefs, land, rumour } from './envelope.ts'
import type { Ghost } from './ghost.ts'
import { firstGhost, ghostName, isWatched, remember } from './ghost.ts'
import { edgeOf } from './layout.ts'
import type { Machine, Turn } from './machine.ts'
import { boot, crash, nameOf, step, sync } from './machine.ts'
import { plain } from './plain.ts'
import { closed, firstFlight, opened, Queues } from './queues.ts'

/** A turn in numbers. */
export interface Leg {
  readonly machine: number
  readonly sends: readonly { readonly edge: number; readonly flight: number }[]
  /** The past may change, or an invariant over all servers must be looked at. */
  readonly watched: boolean
  readonly violation: Violation | null
}

/** What can happen to one server. */
export type Happening =
  | { readonly kind: 'arrives'; readonly element: number; readonly from: number }
  | { readonly kind: 'sync' | 'crash'; readonly batches: number }
  | { readonly kind: 'boot' | 'timer' }
  | { readonly kind: 'propose'; readonly value: number }

/**
 * Numbers for everything that states are made of, and every turn of a server computed only once: what a server does depends on
 * nothing but itself and what happens to it, so that millions of states share some thousand turns of the core.
 */
export class Atlas {
  readonly queues: Queues = new Queues()
  private readonly machines: Machine[] = []
  private readonly machineNumbers: Map<string, number> = new Map()
  private readonly flights: Flight[] = []
  private readonly flightNumbers: Map<string, number> = new Map()
  private readonly ghosts: Ghost[] = []
  private readonly ghostNumbers: Map<string, number> = new Map()
  private readonly legs: Map<number, Leg>[] = []
  /** By the machines before and after, then by the past and the disks of the others. */
  private readonly pasts: Map<number, Map<number, number>> = new Map()
  private readonly disks: number[] = []
  private readonly diskNumbers: Map<string, number> = new Map()
  private readonly views: (CoreView | null)[] = []
  private readonly onMerge: (kept: Machine, other: Machine) => void
  turns = 0

  /** `onMerge` is told of machines that are taken for one. */
  constructor(onMerge: (kept: Machine, other: Machine) => void = () => undefined) {
    this.onMerge = onMerge
    this.ghostNumber(firstGhost)
  }

  machine(number: number): Machine {
    const machine = this.machines[number]
    if (!machine) throw new RangeError(`no machine ${number}`)
    return machine
  }

  /** What the core of a machine shows; `null` while it is down. */
  view(number: number): CoreView | null {
    return this.views[number] ?? null
  }

  flight(element: number): Flight {
    const flight = this.flights[element - firstFlight]
    if (!flight) throw new RangeError(`no message ${element}`)
    return flight
  }

  ghost(number: number): Ghost {
    return this.ghosts[number] ?? firstGhost
  }

  get sizes(): { readonly machines: number; readonly messages: number; readonly queues: number; readonly pasts: number } {
    const { machines, flights, queues, ghosts } = this
    return { machines: machines.length, messages: flights.length, queues: queues.size, pasts: ghosts.length }
  }

  machineNumber(machine: Machine): number {
    const name = nameOf(machine)
    const present = this.machineNumbers.get(name)
    if (present !== undefined) {
      this.onMerge(this.machine(present), machine)
      return present
    }
    this.machines.push(machine)
    this.views.push(machine.core?.view ?? null)
    this.machineNumbers.set(name, this.machines.length - 1)
    this.legs.push(new Map())
    return this.machines.length - 1
  }

  private flightNumber(flight: Flight): number {
    const name = plain(flight)
    const present = this.flightNumbers.get(name)
    if (present !== undefined) return present
    this.flights.push(flight)
    this.flightNumbers.set(name, this.flights.length - 1 + firstFlight)
    return this.flights.length - 1 + firstFlight
  }

  private ghostNumber(ghost: Ghost): number {
    const name = ghostName(ghost)
    const present = this.ghostNumbers.get(name)
    if (present !== undefined) return present
    this.ghosts.push(ghost)
    this.ghostNumbers.set(name, this.ghosts.length - 1)
    return this.ghosts.length - 1
  }

  /** What becomes of machine `number` when this happens to it. */
  leg(number: number, happening: Happening): Leg {
    const legs = this.legs[number]
    if (!legs) throw new RangeError(`no machine ${number}`)
    const key = keyOf(happening)
    const known = legs.get(key)
    if (known) return known
    const leg = this.travel(this.machine(number), happening)
    legs.set(key, leg)
    return leg
  }

  private travel(before: Machine, happening: Happening): Leg {
    this.turns += 1
    try {
      const { machine: after, sends } = this.turn(before, happening)
      return {
        machine: this.machineNumber(after),
        sends: sends.map((flight) => ({ edge: edgeOf(flight.from, flight.to), flight: this.flightNumber(flight) })),
        watched: isWatched(before, after),
        violation: null,
      }
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      return { machine: this.machineNumber(before), sends: [], watched: false, violation: error }
    }
  }

  /** What a machine does when this happens to it. Throws a `Violation`. */
  turn(machine: Machine, happening: Happening): Turn {
    switch (happening.kind) {
      case 'arrives':
        return step(machine, this.eventOf(machine, happening))
      case 'sync':
        return sync(machine, happening.batches)
      case 'crash':
        return { machine: crash(machine, happening.batches), sends: [] }
      case 'boot':
        return boot(machine)
      case 'timer':
        return step(machine, { type: 'tick' }, true)
      case 'propose':
        return step(machine, { type: 'propose', proposalId: happening.value, commands: [new Uint8Array([happening.value])], timeMs: 0 })
    }
  }

  private eventOf(machine: Machine, { element, from }: { readonly element: number; readonly from: number }): CoreEvent {
    if (element === opened) return { type: 'opened', peer: from }
    if (element === closed) return { type: 'closed', peer: from }
    if (!machine.core) throw new Error('nothing arrives at a server that is down')
    return land(machine.core, this.flight(element))
  }

  private readonly rumours: Map<number, number> = new Map()
  /** What one machine hears of another, as a message. */
  rumour(teller: number, hearer: number, belief: Belief): number {
    const key = (teller * 2 ** 24 + hearer) * 4 + beliefs.indexOf(belief)
    let element = this.rumours.get(key)
    if (element === undefined) {
      const [telling, hearing] = [this.machine(teller).core, this.machine(hearer).core]
      if (!telling || !hearing) throw new Error('a server that is down neither tells nor hears')
      element = this.flightNumber(rumour(telling, hearing, belief))
      this.rumours.set(key, element)
    }
    return element
  }

  /** The past after server `at` has turned from one machine into another. Throws a `Violation`. */
  past(ghost: number, change: { readonly before: number; readonly all: readonly number[]; readonly at: number }): number {
    const after = change.all[change.at] ?? 0
    const one = this.diskOf(change.all[change.at === 0 ? 1 : 0] ?? 0)
    const two = this.diskOf(change.all[change.at === 2 ? 1 : 2] ?? 0)
    const pair = change.before * 2 ** 24 + after
    const pasts = this.pasts.get(pair) ?? new Map<number, number>()
    const key = (ghost * 2 ** 16 + one) * 2 ** 16 + two
    const known = pasts.get(key)
    if (known !== undefined) return known
    this.pasts.set(pair, pasts)
    const all = change.all.map((number) => this.machine(number))
    const next = this.ghostNumber(remember(this.ghost(ghost), { before: this.machine(change.before), after: this.machine(after), all }))
    pasts.set(key, next)
    return next
  }

  /** Number of what is on a machine's disk: all that invariants ask of the servers to which nothing happened. */
  private diskOf(machine: number): number {
    let disk = this.disks[machine]
    if (disk === undefined) {
      const { id, view } = this.machine(machine)
      const name = `${id} ${plain([...view.entries.values()])}`
      disk = this.diskNumbers.get(name) ?? this.diskNumbers.size
      this.diskNumbers.set(name, disk)
      this.disks[machine] = disk
    }
    return disk
  }
}

function keyOf(happening: Happening): number {
  switch (happening.kind) {
    case 'arrives':
      return happening.element * 4 + happening.from
    case 'sync':
      return -1 - happening.batches
    case 'crash':
      return -101 - happening.batches
    case 'boot':
      return -201
    case 'timer':
      return -202
    case 'propose':
      return -300 - happening.value
  }
}
