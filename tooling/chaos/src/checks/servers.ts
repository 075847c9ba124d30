import type { Recording, Sample } from '../recording.ts'
import { checkResult, seconds } from './check.ts'
import type { CheckResult } from './check.ts'

/** Whatever server says it, and whenever: equal positions have equal states. */
export function checkReplicas(recording: Recording, converged: boolean, describe: string): CheckResult {
  const hashes = new Map<string, Sample>()
  const anomalies = converged ? [] : [`the servers did not come to the same position:\n${describe}`]
  let compared = 0
  for (const sample of recording.samples) {
    const { said } = sample
    if (said === null || said.hash === null) continue
    const position = `${said.applied.epoch}.${said.applied.index}`
    const other = hashes.get(position)
    if (other === undefined) hashes.set(position, sample)
    else compared += 1
    if (other !== undefined && other.said?.hash !== said.hash) {
      anomalies.push(
        `at position ${position} server ${other.server} has the state ${other.said?.hash} and server ${sample.server} ${said.hash} (${seconds(sample.at)})`,
      )
    }
  }
  const last = lastOfEach(recording.samples)
  const ends = new Set(last.map(({ said }) => `${said?.hash ?? 'nothing'} at ${said?.applied.epoch}.${said?.applied.index}`))
  if (ends.size !== 1 || last.some(({ said }) => said === null || said.hash === null)) {
    anomalies.push(`at the end not all servers say the same state: ${[...ends].join(', ')}\n${describe}`)
  }
  const looked = `${compared} comparisons at ${hashes.size} positions; at the end all ${last.length} hold ${[...ends].join(', ')}`
  return checkResult('all replicas are equal', looked, anomalies)
}

function lastOfEach(samples: readonly Sample[]): Sample[] {
  const last = new Map<number, Sample>()
  for (const sample of samples) last.set(sample.server, sample)
  return [...last.values()]
}

/** At most one server leads an epoch, nobody's applied position goes back within one life, nobody halts. */
export function checkServers(recording: Recording): CheckResult {
  const anomalies: string[] = []
  const leaders = new Map<number, number>()
  const applied = new Map<number, { readonly at: number; readonly index: number }>()
  for (const { at, server, said } of recording.samples) {
    if (said === null) continue
    if (said.role === 'leading' && said.strength !== 'none') {
      const other = leaders.get(said.epoch)
      if (other !== undefined && other !== server)
        anomalies.push(`servers ${other} and ${server} both lead epoch ${said.epoch} (${seconds(at)})`)
      leaders.set(said.epoch, server)
    }
    const before = applied.get(server)
    const restarted =
      before !== undefined &&
      recording.processes.some(
        (change) => change.server === server && change.state === 'running' && change.at > before.at - 2_000 && change.at <= at,
      )
    if (before !== undefined && !restarted && said.applied.index < before.index) {
      anomalies.push(`server ${server} had applied ${before.index} and then ${said.applied.index} (${seconds(at)})`)
    }
    applied.set(server, { at, index: said.applied.index })
    if (said.halted !== null && !isWiped(recording, server, at)) anomalies.push(`server ${server} halted: ${said.halted}`)
  }
  return checkResult('one leader per epoch', `${leaders.size} epochs with a leader, ${recording.samples.length} statuses`, anomalies)
}

/** Nothing happened that no fault explains. */
export function checkSurprises({ surprises, processes, refusals }: Recording): CheckResult {
  const starts = processes.filter(({ state }) => state === 'running').length
  return checkResult(
    'no surprises',
    `${starts} times a server started or went on, ${refusals.length} calls were refused with a reason`,
    surprises,
  )
}

function isWiped(recording: Recording, server: number, at: number): boolean {
  return recording.processes.findLast((change) => change.server === server && change.at <= at)?.state === 'wiped'
}
