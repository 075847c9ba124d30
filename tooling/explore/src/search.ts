import { Violation } from '@synod/sim'
import type { Atlas } from './atlas.ts'
import { width } from './layout.ts'
import type { Moves } from './moves.ts'
import { StateSet } from './state-set.ts'

export interface Progress {
  readonly states: number
  readonly transitions: number
  readonly depth: number
  /** States that were reached and not yet left. */
  readonly frontier: number
  readonly seconds: number
  /** Of the processor: what a machine that does nothing else would take. */
  readonly cpuSeconds: number
}

export interface Found extends Progress {
  /** Every state within the bounds was reached and left. */
  readonly exhausted: boolean
  readonly violation: Violation | null
  /** Moves from the start to the violation. */
  readonly path: readonly number[]
  readonly deadEnds: number
}

export interface SearchOptions {
  readonly statesMax: number
  readonly secondsMax: number
  readonly onProgress: (progress: Progress) => void
}

const parentsPerChunk = 1 << 20

/** Where each state was first reached from, and by which move. */
class Parents {
  private readonly chunks: Int32Array[] = []
  private size = 0

  add(parent: number, move: number): void {
    const at = this.size % parentsPerChunk
    if (at === 0) this.chunks.push(new Int32Array(2 * parentsPerChunk))
    const chunk = this.chunks.at(-1)
    if (chunk) {
      chunk[2 * at] = parent
      chunk[2 * at + 1] = move
    }
    this.size += 1
  }

  path(to: number): number[] {
    const path: number[] = []
    for (let row = to; row > 0;) {
      const chunk = this.chunks[Math.floor(row / parentsPerChunk)]
      path.push(chunk?.[2 * (row % parentsPerChunk) + 1] ?? 0)
      row = chunk?.[2 * (row % parentsPerChunk)] ?? 0
    }
    return path.reverse()
  }
}

/** Breadth first: the first violation found is one of the shortest. */
export class Search {
  readonly moves: Moves
  private readonly states: StateSet = new StateSet(width)
  private readonly parents: Parents = new Parents()
  private readonly options: SearchOptions
  private readonly started = performance.now()
  private readonly cpuStarted = process.cpuUsage()
  private transitions = 0
  private depth = 0
  private deadEnds = 0
  private next = 0

  constructor(moves: Moves, options: SearchOptions) {
    this.moves = moves
    this.options = options
  }

  get atlas(): Atlas {
    return this.moves.atlas
  }

  run(start: Int32Array): Found {
    this.add(start, -1, 0)
    let levelEnd = this.states.size
    for (; this.next < this.states.size; this.next += 1) {
      if (this.next === levelEnd) {
        this.depth += 1
        levelEnd = this.states.size
      }
      if (this.next % 4_096 === 0 && this.isOver()) return this.found(false, null, [])
      const broken = this.expand(this.next)
      if (broken) return this.found(false, broken.violation, [...this.parents.path(this.next), broken.move])
    }
    return this.found(true, null, [])
  }

  private readonly state = new Int32Array(width)
  private readonly successor = new Int32Array(width)
  private readonly list: number[] = []

  private expand(row: number): { readonly violation: Violation; readonly move: number } | null {
    this.states.read(row, this.state)
    this.moves.enabled(this.state, this.list)
    if (this.list.length === 0) this.deadEnds += 1
    for (const move of this.list) {
      this.successor.set(this.state)
      this.transitions += 1
      try {
        if (this.moves.make(this.successor, move)) this.add(this.successor, row, move)
      } catch (error) {
        if (!(error instanceof Violation)) throw error
        return { violation: error, move }
      }
    }
    return null
  }

  private add(state: Int32Array, parent: number, move: number): void {
    if (this.states.add(state)) this.parents.add(parent, move)
  }

  private isOver(): boolean {
    const progress = this.progress()
    this.options.onProgress(progress)
    return progress.states >= this.options.statesMax || progress.seconds >= this.options.secondsMax
  }

  private progress(): Progress {
    const seconds = (performance.now() - this.started) / 1_000
    const cpu = process.cpuUsage(this.cpuStarted)
    const { transitions, depth, states, next } = this
    const cpuSeconds = (cpu.user + cpu.system) / 1e6
    return { states: states.size, transitions, depth, frontier: states.size - next, seconds, cpuSeconds }
  }

  private found(exhausted: boolean, violation: Violation | null, path: readonly number[]): Found {
    return { ...this.progress(), exhausted, violation, path, deadEnds: this.deadEnds }
  }
}
