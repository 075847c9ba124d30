import { faultKinds, type FaultKind } from '@synod/sim'
import type { SeedOutcome } from './pool.ts'

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
  missing(faults: readonly FaultKind[]): readonly string[] {
    const count = (name: string): number => {
      let sum = 0
      for (const [key, value] of this.#coverage) if (key === name || key.startsWith(`${name} `)) sum += value
      return sum
    }
    const effects =
      faults.length === faultKinds.length
        ? [
            'elections',
            'fetch-ups',
            're-epochs',
            'truncations',
            'snapshots taken',
            'snapshots sent',
            'snapshots restored',
            'sessions ended',
            'calls unknown',
            'watch events',
            'locks taken',
            'forwards',
            'crashes between effects',
          ]
        : ['elections']
    const kinds = faults.filter((fault) => !('suspend' === fault)).map((fault) => `fault ${fault}`)
    return [...kinds, ...effects].filter((name) => count(name) === 0)
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
    return `${(this.virtualMicros / 1e6).toFixed(0)} virtual s in ${seconds.toFixed(1)} s (${(this.virtualMicros / 1e6 / seconds).toFixed(0)} virtual s per s), ${this.events} events`
  }
}
