import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { faultKinds, seedText, type FaultAction, type FaultKind } from '@synod/sim'
import type { Shrunk, ShrinkResult } from './shrink.ts'

const folder = new URL('../testdata/golden/', import.meta.url)

/** A failure that was found once: its faults, in the weather of its seed. It must never be one again. */
export interface Golden extends Omit<Shrunk, 'seed' | 'faults'> {
  /** What happened when it was found. */
  readonly found: string
  readonly seed: string
  /** Kinds that the seed drew from, when not all. */
  readonly faults?: readonly FaultKind[]
  readonly schedule: readonly FaultAction[]
}

/** Names of all golden scenarios, sorted. */
export function goldenNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
}

export function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Golden
}

/** Keeps a shrunk failure under a name; `golden.test.ts` runs it from then on. Returns the file's name. */
export function writeGolden(name: string, { shrunk, invariant, message }: ShrinkResult): string {
  if (shrunk === null) throw new Error('this seed does not fail: there is nothing to keep')
  const { seed, nodes, clients, faultsMs, faults, theme, schedule } = shrunk
  const golden: Golden = {
    found: `${invariant}: ${message.split('\n')[0] ?? ''}`,
    seed: seedText(seed),
    nodes,
    clients,
    faultsMs,
    ...(faults.length < faultKinds.length ? { faults } : {}),
    theme,
    schedule,
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(golden, null, 2)}\n`)
  return `tooling/scenarios/testdata/golden/${name}.json`
}
