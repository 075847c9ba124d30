import type { StateMachine, WatchSource } from '@synod/interface/protocol'
import { SynodError, type ConfigIssue } from '@synod/interface'
import type { ReplicaBounds, ReplicaTimings } from '@synod/replica'
import { parseSeed } from './engine/random.ts'
import type { Invariant } from './invariants/invariant.ts'
import { faultKinds, type FaultAction, type FaultKind } from './nemesis/actions.ts'
import { themeNames } from './nemesis/themes.ts'
import type { Workload } from './clients/workload.ts'

/** What a simulation is of. */
export interface SimulationOptions {
  /** Decides everything: a number, a bigint, or text such as `0x2a`; 64 bits. */
  readonly seed: bigint | number | string
  /** Servers, 1 to 9. Default 3. */
  readonly nodes?: number
  /** Client processes, 0 to 20. Default 3. */
  readonly clients?: number
  /** How long faults happen, virtual milliseconds. Default 20000. */
  readonly faultsMs?: number
  /** Kinds of faults that may happen; each seed draws its own mix of them. Default: all. */
  readonly faults?: readonly FaultKind[]
  /** This theme (see `themeNames`) in every seed, or `'none'`. Default: some seeds draw one, if all kinds of faults may happen. */
  readonly theme?: string
  /** Exactly these faults instead of drawn ones: to replay a shrunk failure, or to direct a scenario. */
  readonly schedule?: readonly FaultAction[]
  /** What clients do; each client process does one of them, in turn. Default: `standardWorkloads`. */
  readonly workloads?: readonly Workload[]
  /** Own invariants, checked beside those of the protocol. */
  readonly invariants?: readonly Invariant[]
  /** The state machine of every life of every server. Default: the tree of `@synod/tree`. Clients need one that has watches, as the tree. */
  readonly stateMachine?: () => StateMachine & Partial<WatchSource>
  /** Times and bounds of the replicas. Default: small bounds, drawn, so that snapshots and refusals happen. */
  readonly replica?: Partial<ReplicaTimings & ReplicaBounds>
  /** Gets every line of the trace. */
  readonly onLine?: (line: string) => void
}

/** Every option with its value. */
export interface ResolvedSimulation {
  readonly seed: bigint
  readonly nodes: number
  readonly clients: number
  readonly faultsMs: number
  readonly faults: readonly FaultKind[]
  /** A name, `'none'`, or `null`: the seed decides. */
  readonly theme: string | null
  readonly schedule: readonly FaultAction[] | null
}

const numbers = { nodes: [3, 1, 9], clients: [3, 0, 20], faultsMs: [20_000, 0, 86_400_000] } as const
const others = ['seed', 'faults', 'theme', 'schedule', 'workloads', 'invariants', 'stateMachine', 'replica', 'onLine']

/** Checks everything; throws one `SYNOD_INVALID_CONFIG` with every issue. */
export function resolveSimulation(options: SimulationOptions): ResolvedSimulation {
  const issues: ConfigIssue[] = []
  const number = (name: keyof typeof numbers): number => {
    const [preset, least, most] = numbers[name]
    const given = options[name]
    if (given === undefined) return preset
    if (!Number.isSafeInteger(given) || given < least || given > most) {
      issues.push({ path: name, message: `${name} (${given}) must be a whole number from ${least} to ${most}` })
    }
    return given
  }
  for (const key of Object.keys(options)) {
    if (!(key in numbers) && !others.includes(key)) issues.push({ path: key, message: `unknown option ${key}` })
  }
  const faults = options.faults ?? faultKinds
  for (const fault of faults) {
    if (!faultKinds.includes(fault))
      issues.push({ path: 'faults', message: `there is no fault '${String(fault)}'; there are ${faultKinds.join(', ')}` })
  }
  const { theme = null } = options
  if (theme !== null && theme !== 'none' && !themeNames.includes(theme))
    issues.push({ path: 'theme', message: `there is no theme '${theme}'; there are ${themeNames.join(', ')} and none` })
  let seed = 0n
  try {
    seed = parseSeed(options.seed)
  } catch (error) {
    issues.push({ path: 'seed', message: error instanceof Error ? error.message : String(error) })
  }
  const resolved = {
    seed,
    nodes: number('nodes'),
    clients: number('clients'),
    faultsMs: number('faultsMs'),
    faults,
    theme: theme ?? (faults.length < faultKinds.length ? 'none' : null),
    schedule: options.schedule ?? null,
  }
  if (issues.length === 0) return resolved
  throw new SynodError('SYNOD_INVALID_CONFIG', `invalid options of the simulation: ${issues.map((issue) => issue.message).join('; ')}`, {
    issues,
  })
}
