import type { SeededRandom } from '../random.ts'

/** Upon whom a fault comes; who that is, is seen when it comes. */
export type Who = 'leader' | 'follower' | 'minority' | 'majority' | 'all'

/** What is done to processes. */
export type ProcessFaultKind = 'kill' | 'stop' | 'restart' | 'wipe'

/** What is done to the links between servers, and between clients and servers. */
export type LinkFaultKind =
  | 'isolate'
  | 'mute'
  | 'deafen'
  | 'split'
  | 'bridge'
  | 'edge'
  | 'one-way edge'
  | 'refuse'
  | 'one-way refuse'
  | 'slow'
  | 'one-way slow'
  | 'reset'
  | 'clients'

/** One fault of a plan. */
export interface PlannedFault<Kind extends string = string> {
  readonly kind: Kind
  readonly who: Who
  readonly durationMs: number
  /** Calm before it. */
  readonly gapMs: number
  /** Chooses among those that `who` allows. */
  readonly choice: number
  /** For the slow ones. */
  readonly delayMs: number
}

const processFaults: readonly (readonly [ProcessFaultKind, Who])[] = [
  ['kill', 'leader'],
  ['kill', 'leader'],
  ['kill', 'follower'],
  ['kill', 'minority'],
  ['kill', 'majority'],
  ['kill', 'all'],
  ['stop', 'leader'],
  ['stop', 'leader'],
  ['stop', 'follower'],
  ['stop', 'majority'],
  ['restart', 'leader'],
  ['restart', 'follower'],
  ['wipe', 'follower'],
]

const linkFaults: readonly (readonly [LinkFaultKind, Who])[] = [
  ['isolate', 'leader'],
  ['isolate', 'follower'],
  ['isolate', 'all'],
  ['mute', 'leader'],
  ['mute', 'follower'],
  ['deafen', 'leader'],
  ['deafen', 'follower'],
  ['split', 'minority'],
  ['split', 'majority'],
  ['bridge', 'all'],
  ['edge', 'leader'],
  ['edge', 'follower'],
  ['one-way edge', 'leader'],
  ['one-way edge', 'follower'],
  ['refuse', 'leader'],
  ['refuse', 'follower'],
  ['one-way refuse', 'leader'],
  ['one-way slow', 'leader'],
  ['one-way slow', 'follower'],
  ['slow', 'leader'],
  ['slow', 'follower'],
  ['slow', 'all'],
  ['reset', 'all'],
  ['reset', 'leader'],
  ['clients', 'leader'],
  ['clients', 'follower'],
]

/** All kinds of faults. */
export const faultKinds: {
  readonly process: ReadonlySet<ProcessFaultKind>
  readonly link: ReadonlySet<LinkFaultKind>
} = { process: new Set(processFaults.map(([kind]) => kind)), link: new Set(linkFaults.map(([kind]) => kind)) }

/** Those that never came: what a run says nothing about. */
export function unseenKinds(faults: readonly { readonly lane: 'process' | 'link'; readonly kind: string }[]): string[] {
  const seen = new Set(faults.map(({ lane, kind }) => `${lane}: ${kind}`))
  const all = (['process', 'link'] as const).flatMap((lane) => [...faultKinds[lane]].map((kind) => `${lane}: ${kind}`))
  return all.filter((kind) => !seen.has(kind))
}

/** Faults upon processes, without end; the seed decides all of it, and each kind comes once per round. */
export function planProcessFaults(random: SeededRandom): Generator<PlannedFault<ProcessFaultKind>, never> {
  return plan(processFaults, random)
}

/** Faults upon links, likewise. */
export function planLinkFaults(random: SeededRandom): Generator<PlannedFault<LinkFaultKind>, never> {
  return plan(linkFaults, random)
}

function* plan<Kind extends string>(kinds: readonly (readonly [Kind, Who])[], random: SeededRandom): Generator<PlannedFault<Kind>, never> {
  for (;;) {
    for (const [kind, who] of random.shuffled(kinds)) {
      const durationMs = random.chance(20) ? random.between(3_000, 6_000) : random.between(300, 2_500)
      yield { kind, who, durationMs, gapMs: random.between(300, 2_500), choice: random.next(), delayMs: random.between(20, 400) }
    }
  }
}
