import type { PlacedRead, Recording, Watched } from '../recording.ts'
import { checkResult } from './check.ts'
import type { CheckResult } from './check.ts'

/**
 * Reads show the state at the position they name: the last change of the key up to there, as the watches tell it. Within a session they
 * never go back, and never behind a write that the session was acknowledged.
 */
export function checkReads(recording: Recording, story: readonly Watched[]): CheckResult {
  const anomalies = [...wrongStates(recording.reads, story), ...stepsBack(recording)]
  const session = recording.sessionReads
  const looked = `${session} session reads and ${recording.reads.length - session} linearizable ones in ${recording.sessions} sessions, against ${story.length} changes`
  return checkResult('reads are of the state they name, and sessions never go back', looked, anomalies)
}

function wrongStates(reads: readonly PlacedRead[], story: readonly Watched[]): string[] {
  const anomalies: string[] = []
  const changes = new Map<string, Watched[]>()
  for (const event of story) changes.set(event.path, [...(changes.get(event.path) ?? []), event])
  const values = new Map<string, string>()
  for (const read of reads) {
    const { found, key, position } = read
    const last = lastUpTo(changes.get(key) ?? [], position)
    const expected = last === undefined || last.type === 'deleted' ? null : last.index
    if ((found?.position ?? null) !== expected) anomalies.push(`${tell(read)}, where the last change was ${JSON.stringify(last ?? 'none')}`)
    if (found === null) continue
    const write = `${key} at ${found.position}`
    const told = `"${found.value}" v${found.version}`
    if ((values.get(write) ?? told) !== told) anomalies.push(`${tell(read)}, but another read found ${values.get(write)} there`)
    values.set(write, told)
  }
  return anomalies
}

function stepsBack({ reads, writes }: Recording): string[] {
  const anomalies: string[] = []
  const sessions = new Map<number, { readonly reads: PlacedRead[]; readonly known: { readonly at: number; readonly position: number }[] }>()
  const of = (session: number): { readonly reads: PlacedRead[]; readonly known: { readonly at: number; readonly position: number }[] } => {
    const found = sessions.get(session) ?? { reads: [], known: [] }
    sessions.set(session, found)
    return found
  }
  for (const write of writes) of(write.session).known.push({ at: write.return, position: write.position })
  for (const read of reads) {
    of(read.session).reads.push(read)
    of(read.session).known.push({ at: read.return, position: read.position })
  }
  for (const { reads: its, known } of sessions.values()) {
    known.sort((a, b) => a.at - b.at)
    its.sort((a, b) => a.call - b.call)
    let greatest = -1
    let next = 0
    for (const read of its) {
      for (let one = known[next]; one !== undefined && one.at < read.call; one = known[next]) {
        greatest = Math.max(greatest, one.position)
        next += 1
      }
      if (read.position < greatest) anomalies.push(`${tell(read)}, after its session had seen ${greatest}`)
    }
  }
  return anomalies
}

function lastUpTo(changes: readonly Watched[], position: number): Watched | undefined {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle]?.index ?? Infinity) <= position) low = middle + 1
    else high = middle
  }
  return changes[low - 1]
}

function tell({ client, consistency, key, position, found, call }: PlacedRead): string {
  const what = found === null ? 'nothing' : `"${found.value}" v${found.version} of position ${found.position}`
  return `${client}'s ${consistency} read of ${key} called at ${(call / 1000).toFixed(3)} s found ${what} in the state at ${position}`
}
