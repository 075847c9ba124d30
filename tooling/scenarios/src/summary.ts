import { faultKinds, lonelyKinds, type FaultKind } from '@synod/sim'
import type { SeedOutcome } from './pool.ts'

/** What a whole mix of faults must bring about in a few hundred seeds. */
const effects: readonly string[] = [
  'elections',
  'fetch-ups',
  're-epochs',
  'truncations',
  'snapshots taken',
  'snapshots sent',
  'snapshots fetched',
  'snapshots restored',
  'sessions ended',
  'calls unknown',
  'watch events',
  'locks taken',
  'forwards',
  'crashes between effects',
  'stalls within a step',
  'frames lost',
  'frames repeated',
  'frames stale',
  'packets lost',
  'older copies put back',
  'older copies found out',
  'halts SYNOD_STORAGE_MISSING',
  'halts SYNOD_STORAGE_FAILED',
]

/** What was to be exercised. */
export interface Exercise {
  readonly faults: readonly FaultKind[]
  readonly nodes: readonly number[]
  readonly theme: string | null
}

/** What all runs together have exercised. */
export class Summary {
  seeds = 0
  violations = 0
  virtualMicros = 0
  events = 0
  readonly #coverage: Map<string, number> = new Map()
  readonly #startedAt = performance.now()

  add(outcome: SeedOutcome): void {
    this.seeds += 1
    if (outcome.violation !== null) this.violations += 1
    this.virtualMicros += outcome.virtualMicros
    this.events += outcome.events
    for (const [name, count] of Object.entries(outcome.coverage)) {
      const before = this.#coverage.get(name) ?? 0
      this.#coverage.set(name, name.endsWith(', most') ? Math.max(before, count) : before + count)
    }
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000
  }

  /** Things that these faults should have brought about in so many runs, and did not. */
  missing({ faults, nodes, theme }: Exercise): readonly string[] {
    const count = (name: string): number => {
      let sum = 0
      for (const [key, value] of this.#coverage) if (key === name || key.startsWith(`${name} `)) sum += value
      return sum
    }
    const isWhole = faults.length === faultKinds.length && theme === null && nodes.some((size) => size > 1)
    const kinds = faults.filter((kind) => nodes.some((size) => size > 1) || !lonelyKinds.includes(kind))
    const names = kinds.map((kind) => `fault ${kind}`)
    return [...(theme === null ? names : []), ...(isWhole ? effects : ['elections'])].filter((name) => count(name) === 0)
  }

  lines(): readonly string[] {
    const width = 34
    const entries = Array.from(this.#coverage).sort(([a], [b]) => (a < b ? -1 : 1))
    const cells = entries.map(([name, count]) => `${name.padEnd(width)}${String(count).padStart(10)}`)
    const half = Math.ceil(cells.length / 2)
    return cells.slice(0, half).map((cell, at) => `  ${cell}   ${cells[half + at] ?? ''}`.trimEnd())
  }

  speed(): string {
    const seconds = Math.max(this.seconds, 0.001)
    return `${(this.virtualMicros / 1e6).toFixed(0)} virtual s in ${seconds.toFixed(1)} s (${(this.virtualMicros / 1e6 / seconds).toFixed(0)} virtual s per s, ${(this.seeds / seconds).toFixed(2)} seeds per s), ${this.events} events`
  }
}
