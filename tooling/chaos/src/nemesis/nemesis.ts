import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosCluster } from '../cluster.ts'
import type { Fault, Recording } from '../recording.ts'
import type { SeededRandom } from '../random.ts'
import { healLinks, strikeLinks } from './link-faults.ts'
import { planLinkFaults, planProcessFaults } from './plan.ts'
import type { LinkFaultKind, PlannedFault, ProcessFaultKind, Who } from './plan.ts'
import { strikeProcesses } from './process-faults.ts'
import { targetsOf } from './targets.ts'

interface NemesisParts {
  readonly cluster: ChaosCluster
  readonly recording: Recording
  readonly random: SeededRandom
  /** Who leads now, as far as anybody can tell. */
  readonly leader: () => number | null
}

type Struck = Omit<Fault, 'from' | 'to'>

/** Brings faults over the cluster: processes and links each have their own sequence, so that faults of both kinds meet. */
export class Nemesis {
  readonly #parts: NemesisParts

  constructor(parts: NemesisParts) {
    this.#parts = parts
  }

  /** Ends after the faults that were under way when `stop` aborted; everything is put back then. */
  async run(stop: AbortSignal): Promise<void> {
    const { random } = this.#parts
    const processes = planProcessFaults(random.fork())
    const links = planLinkFaults(random.fork())
    await Promise.all([
      this.#lane(processes, stop, (planned) => this.#strikeProcesses(planned)),
      this.#lane(links, stop, (planned) => this.#strikeLinks(planned)),
    ])
  }

  async #lane<Kind extends string>(
    plan: Generator<PlannedFault<Kind>, never>,
    stop: AbortSignal,
    strike: (planned: PlannedFault<Kind>) => Promise<Struck>,
  ): Promise<void> {
    const { recording } = this.#parts
    while (!stop.aborted) {
      const planned = plan.next().value
      await sleep(planned.gapMs, undefined, { signal: stop }).catch(() => {})
      if (stop.aborted) return
      const from = recording.now()
      const fault = await strike(planned)
      recording.faults.push({ ...fault, from, to: recording.now() })
    }
  }

  async #strikeProcesses({ kind, who, choice, durationMs }: PlannedFault<ProcessFaultKind>): Promise<Struck> {
    const { cluster, recording } = this.#parts
    const targets = this.#targets(who, choice)
    await strikeProcesses(cluster, recording, { kind, targets, durationMs })
    return { lane: 'process', kind, who, label: `${kind} ${targets.join(', ')}`, servers: targets }
  }

  async #strikeLinks({ kind, who, choice, durationMs, delayMs }: PlannedFault<LinkFaultKind>): Promise<Struck> {
    const { cluster } = this.#parts
    const targets = this.#targets(who, choice)
    const label = strikeLinks(cluster, { kind, targets, choice, delayMs })
    await sleep(kind === 'reset' ? 0 : durationMs)
    healLinks(cluster)
    return { lane: 'link', kind, who, label, servers: targets }
  }

  #targets(who: Who, choice: number): number[] {
    return targetsOf(who, choice, { ids: this.#parts.cluster.ids, leader: this.#parts.leader() })
  }
}
