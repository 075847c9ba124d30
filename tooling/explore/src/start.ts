import type { Atlas } from './atlas.ts'
import type { Bounds } from './bounds.ts'
import { restAt, servers, width } from './layout.ts'
import { downMachine, firstDisk } from './machine.ts'
import type { Move } from './moves.ts'
import { Moves, unpack } from './moves.ts'

/** The first state and the one fixed way to it: `path` is followed even when a move of it breaks an invariant, and then ends there. */
export class Start {
  readonly state: Int32Array
  readonly path: number[] = []
  private readonly moves: Moves
  private readonly list: number[] = []

  constructor(atlas: Atlas, bounds: Bounds) {
    this.state = beforeAll(atlas)
    this.moves = new Moves(atlas, {
      ...bounds,
      ...{ slowDisks: 'always' as const, epochs: 2, campaigns: 3, crashes: 0, breaks: 0, losses: 0, writes: 0, timers: 0 },
    })
  }

  /** Throws a `Violation`. */
  reach({ from }: Bounds): void {
    for (const kind of ['boot', 'sync', 'join'] as const) {
      for (const id of servers) this.make((move) => move.kind === kind && move.at === id - 1)
    }
    this.settle()
    if (from !== 'looking') {
      this.make(({ kind, at }) => kind === 'glance' && this.moves.hearer(at) === Number(from.slice(-1)))
      this.settle()
    }
    this.state[restAt] = (this.state[restAt] ?? 0) & 7
  }

  /** Until nothing is under way. */
  private settle(): void {
    while (this.make(({ kind }) => kind === 'deliver' || kind === 'sync', true));
  }

  private make(wanted: (move: Move) => boolean, optional = false): boolean {
    this.moves.enabled(this.state, this.list)
    const move = this.list.find((packed) => wanted(unpack(packed)))
    if (move === undefined && optional) return false
    if (move === undefined) throw new Error('the start is not reached: the move that leads there is not possible')
    this.path.push(move)
    this.moves.make(this.state, move)
    return true
  }
}

/** All three servers are down, each with the same store. */
export function beforeAll(atlas: Atlas): Int32Array {
  const state = new Int32Array(width)
  for (const id of servers) state[id - 1] = atlas.machineNumber(downMachine(id, firstDisk(id)))
  return state
}
