import type { Machine } from './machine.ts'
import type { BenchOptions } from './options.ts'
import type { TargetResult } from './report/targets.ts'
import type { Metric, Scenario } from './scenarios.ts'
import { summarize } from './statistics.ts'
import type { Summary } from './statistics.ts'
import type { System } from './systems.ts'

/** What became of one system. */
export type SystemResult =
  | { readonly state: 'absent'; readonly reason: string }
  | {
      readonly state: 'measured'
      readonly version: string
      /** By scenario and metric. */
      readonly figures: Readonly<Partial<Record<Scenario, Readonly<Record<string, Summary>>>>>
      /** Why a scenario has no figures, or fewer than asked for. */
      readonly failures: readonly { readonly scenario: Scenario | 'start'; readonly reason: string }[]
    }

export type Results = Readonly<Partial<Record<System, SystemResult>>>

/** The whole of a run, as `--out` writes it. */
export interface Report {
  readonly format: 1
  readonly startedAt: string
  readonly options: BenchOptions
  readonly machine: Machine
  readonly systems: Results
  readonly targets: readonly TargetResult[]
}

/** The median of a metric of a system, if there is one. */
export function medianOf(results: Results, system: System, { scenario, name }: Pick<Metric, 'scenario' | 'name'>): number | undefined {
  const result = results[system]
  return result?.state === 'measured' ? result.figures[scenario]?.[name]?.median : undefined
}

/** Collects the readings of one system. */
export class Collector {
  readonly #samples = new Map<Scenario, Map<string, number[]>>()
  readonly #failures: { scenario: Scenario | 'start'; reason: string }[] = []

  add(scenario: Scenario, readings: Readonly<Record<string, number>>): void {
    const ofScenario = this.#samples.get(scenario) ?? new Map<string, number[]>()
    this.#samples.set(scenario, ofScenario)
    for (const [name, value] of Object.entries(readings)) ofScenario.set(name, [...(ofScenario.get(name) ?? []), value])
  }

  fail(scenario: Scenario | 'start', error: unknown): void {
    this.#failures.push({ scenario, reason: error instanceof Error ? error.message : String(error) })
  }

  result(version: string): SystemResult {
    const figures = [...this.#samples].map(([scenario, ofScenario]) => {
      return [scenario, Object.fromEntries([...ofScenario].map(([name, samples]) => [name, summarize(samples)]))] as const
    })
    return { state: 'measured', version, figures: Object.fromEntries(figures), failures: this.#failures }
  }
}
