import type { Atlas, Happening } from './atlas.ts'
import { beliefs } from './envelope.ts'
import type { Bounds } from './bounds.ts'
import type { Budget } from './layout.ts'
import { edges, ghostAt, isUp, pairs, queueAt, setUp, use, used } from './layout.ts'
import { closed, opened } from './queues.ts'

/** What can happen next, each to one server, link or pair, by its place in the layout. */
export const kinds = ['deliver', 'glance', 'notice', 'lose', 'sync', 'crash', 'boot', 'propose', 'timer', 'cut', 'join'] as const
export type MoveKind = (typeof kinds)[number]

export interface Move {
  readonly kind: MoveKind
  /** Edge for `deliver`, `notice`, `lose`; pair for `cut`, `join`; server otherwise; counted from 0. */
  readonly at: number
  /** Batches that reach the disk, for `sync` and `crash`; for `glance` what is believed. */
  readonly batches: number
}

export function pack({ kind, at, batches }: Move): number {
  return kinds.indexOf(kind) * 256 + at * 32 + batches
}

export function unpack(packed: number): Move {
  return { kind: kinds[packed >> 8] ?? 'deliver', at: (packed >> 5) & 7, batches: packed & 31 }
}

/** Lists and makes the moves of states, within the bounds. */
export class Moves {
  readonly atlas: Atlas
  private readonly bounds: Bounds
  /** Moves not made because a server would have promised an epoch beyond the bound. */
  pruned = 0

  constructor(atlas: Atlas, bounds: Bounds) {
    this.atlas = atlas
    this.bounds = bounds
  }

  /** The server that hears over an edge. */
  hearer(edge: number): number {
    return edges[edge]?.to ?? 0
  }

  /** All moves that are possible in a state, packed, into `list`. */
  enabled(state: Int32Array, list: number[]): void {
    list.length = 0
    if (this.bounds.slowDisks === 'before a crash' && !this.mayCrashYet(state) && this.syncFirst(state, list)) return
    for (let edge = 0; edge < edges.length; edge += 1) this.ofEdge(state, edge, list)
    for (let server = 0; server < 3; server += 1) this.ofServer(state, server, list)
    for (let pair = 0; pair < pairs.length; pair += 1) this.ofPair(state, pair, list)
  }

  private syncFirst(state: Int32Array, list: number[]): boolean {
    for (let server = 0; server < 3; server += 1) {
      const batches = this.atlas.machine(state[server] ?? 0).unsynced.length
      if (batches > 0) list.push(pack({ kind: 'sync', at: server, batches }))
      if (batches > 0) return true
    }
    return false
  }

  private ofEdge(state: Int32Array, edge: number, list: number[]): void {
    const queue = state[queueAt(edge)] ?? 0
    const { queues } = this.atlas
    this.glances(state, edge, list)
    if (queue === 0) return
    const head = queues.head(queue)
    list.push(pack({ kind: 'deliver', at: edge, batches: 0 }))
    if (head === opened || head === closed) return
    if (queues.isClosing(queue)) list.push(pack({ kind: 'notice', at: edge, batches: 0 }))
    else if (this.may(state, 'losses')) list.push(pack({ kind: 'lose', at: edge, batches: 0 }))
  }

  /** Who looks for a leader hears of the others; who leads hears of promises above its own. */
  private glances(state: Int32Array, edge: number, list: number[]): void {
    const link = edges[edge]
    if (!link || !isUp(state, link.pair) || this.atlas.queues.isOpening(state[queueAt(edge)] ?? 0)) return
    const hearer = this.atlas.view(state[link.to - 1] ?? 0)
    const teller = this.atlas.view(state[link.from - 1] ?? 0)
    if (!hearer || !teller || teller.incarnation === 0) return
    const knows = teller.promised.epoch > hearer.promised.epoch
    if (hearer.role === 'looking' || hearer.role === 'relayed') {
      const may = this.may(state, 'campaigns')
      if (may) list.push(pack({ kind: 'glance', at: edge, batches: 2 }))
      if (may && knows) list.push(pack({ kind: 'glance', at: edge, batches: 1 }))
      if (teller.role === 'leading' || teller.role === 'following') list.push(pack({ kind: 'glance', at: edge, batches: 0 }))
    } else if (hearer.role === 'leading' && knows) list.push(pack({ kind: 'glance', at: edge, batches: 0 }))
  }

  private ofServer(state: Int32Array, server: number, list: number[]): void {
    const machine = this.atlas.machine(state[server] ?? 0)
    const view = this.atlas.view(state[server] ?? 0)
    if (view === null) {
      list.push(pack({ kind: 'boot', at: server, batches: 0 }))
      return
    }
    const waiting = machine.unsynced.length
    for (let batches = 1; batches <= waiting; batches += 1) list.push(pack({ kind: 'sync', at: server, batches }))
    if (this.mayCrash(state, server)) {
      for (let batches = 0; batches <= waiting; batches += 1) list.push(pack({ kind: 'crash', at: server, batches }))
    }
    if (view.role === 'leading' && this.may(state, 'writes')) list.push(pack({ kind: 'propose', at: server, batches: 0 }))
    if (this.may(state, 'timers')) list.push(pack({ kind: 'timer', at: server, batches: 0 }))
  }

  private ofPair(state: Int32Array, pair: number, list: number[]): void {
    if (isUp(state, pair)) {
      if (this.may(state, 'breaks')) list.push(pack({ kind: 'cut', at: pair, batches: 0 }))
      return
    }
    const found = pairs[pair]
    if (!found) return
    const [there, back] = found.edges
    const alive = this.atlas.view(state[found.a - 1] ?? 0) !== null && this.atlas.view(state[found.b - 1] ?? 0) !== null
    if (alive && state[queueAt(there)] === 0 && state[queueAt(back)] === 0) list.push(pack({ kind: 'join', at: pair, batches: 0 }))
  }

  private mayCrash(state: Int32Array, server: number): boolean {
    const { crashOf, crashAfter } = this.bounds
    if (!this.may(state, 'crashes') || (crashOf !== 0 && crashOf !== server + 1)) return false
    return crashAfter === 9 || used(state, 'writes') === crashAfter
  }

  /** Now or later. */
  private mayCrashYet(state: Int32Array): boolean {
    return this.may(state, 'crashes') && used(state, 'writes') <= this.bounds.crashAfter
  }

  private may(state: Int32Array, budget: Budget): boolean {
    return used(state, budget) < this.bounds[budget]
  }

  /** Makes a move in place. False: it leads beyond the bounds. Throws a `Violation`. */
  make(state: Int32Array, packed: number): boolean {
    const { kind, at, batches } = unpack(packed)
    switch (kind) {
      case 'deliver':
        return this.deliver(state, at)
      case 'glance':
        return this.glance(state, at, batches)
      case 'notice':
        this.dropUntilClosed(state, at)
        return this.deliver(state, at)
      case 'lose':
        use(state, 'losses')
        state[queueAt(at)] = this.atlas.queues.drop(state[queueAt(at)] ?? 0)
        return true
      case 'crash':
        use(state, 'crashes')
        this.breakLinks(state, at)
        return this.happen(state, at, { kind, batches })
      case 'sync':
        return this.happen(state, at, { kind, batches })
      case 'boot':
        return this.happen(state, at, { kind })
      case 'timer':
        use(state, 'timers')
        return this.happen(state, at, { kind })
      case 'propose':
        use(state, 'writes')
        return this.happen(state, at, { kind, value: used(state, 'writes') })
      case 'cut':
        use(state, 'breaks')
        this.cut(state, at)
        return true
      case 'join':
        this.join(state, at)
        return true
    }
  }

  private deliver(state: Int32Array, edge: number): boolean {
    const link = edges[edge]
    const queue = state[queueAt(edge)] ?? 0
    if (!link) return false
    state[queueAt(edge)] = this.atlas.queues.drop(queue)
    return this.happen(state, link.to - 1, { kind: 'arrives', element: this.atlas.queues.head(queue), from: link.from })
  }

  private glance(state: Int32Array, edge: number, belief: number): boolean {
    const link = edges[edge]
    if (!link) return false
    if (belief > 0) use(state, 'campaigns')
    const element = this.atlas.rumour(state[link.from - 1] ?? 0, state[link.to - 1] ?? 0, beliefs[belief] ?? 'truth')
    return this.happen(state, link.to - 1, { kind: 'arrives', element, from: link.from })
  }

  private happen(state: Int32Array, server: number, happening: Happening): boolean {
    const before = state[server] ?? 0
    const { machine, sends, watched, violation } = this.atlas.leg(before, happening)
    if (violation) throw violation
    state[server] = machine
    for (const { edge, flight } of sends) this.send(state, edge, flight)
    if (watched) state[ghostAt] = this.past(state, before, server)
    if ((this.atlas.view(machine)?.promised.epoch ?? 0) <= this.bounds.epochs) return true
    this.pruned += 1
    return false
  }

  private past(state: Int32Array, before: number, at: number): number {
    return this.atlas.past(state[ghostAt] ?? 0, { before, at, all: [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0] })
  }

  /** What is said over a connection that is broken, or not there yet, is lost. */
  private send(state: Int32Array, edge: number, flight: number): void {
    const link = edges[edge]
    const back = edges.findIndex((other) => other.from === link?.to && other.to === link.from)
    const { atlas } = this
    if (!link || !isUp(state, link.pair) || atlas.queues.isOpening(state[queueAt(back)] ?? 0)) return
    state[queueAt(edge)] = atlas.queues.push(state[queueAt(edge)] ?? 0, flight)
  }

  private dropUntilClosed(state: Int32Array, edge: number): void {
    const list = this.atlas.queues.list(state[queueAt(edge)] ?? 0)
    state[queueAt(edge)] = this.atlas.queues.number(list.slice(list.indexOf(closed)))
  }

  private cut(state: Int32Array, pair: number): void {
    setUp(state, pair, false)
    for (const edge of pairs[pair]?.edges ?? []) state[queueAt(edge)] = this.atlas.queues.push(state[queueAt(edge)] ?? 0, closed)
  }

  private join(state: Int32Array, pair: number): void {
    setUp(state, pair, true)
    for (const edge of pairs[pair]?.edges ?? []) state[queueAt(edge)] = this.atlas.queues.push(state[queueAt(edge)] ?? 0, opened)
  }

  /** The connections of a server that dies: the others may still receive what it said, and then see them closed. */
  private breakLinks(state: Int32Array, server: number): void {
    for (const [pair, { a, b }] of pairs.entries()) {
      if (a !== server + 1 && b !== server + 1) continue
      if (isUp(state, pair)) this.cut(state, pair)
    }
    for (const [edge, { to }] of edges.entries()) if (to === server + 1) state[queueAt(edge)] = 0
  }
}
