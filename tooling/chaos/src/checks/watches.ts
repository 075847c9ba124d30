import type { PlacedWrite, Recording, Watched } from '../recording.ts'
import { checkResult } from './check.ts'
import type { CheckResult } from './check.ts'

/**
 * The one story of the watched folder: all watches told it from the same position on, so each must have told all of it, in order and
 * nothing twice, but for what it was told is gone.
 */
export function storyOf(watches: ReadonlyMap<string, readonly Watched[]>): Watched[] {
  const events = new Map<string, Watched>()
  for (const watched of watches.values()) for (const event of watched) events.set(idOf(event), event)
  return [...events.values()].sort((a, b) => a.index - b.index)
}

/** Every watch told the whole story in order, each event once; and the story holds every acknowledged write. */
export function checkWatches(recording: Recording, story: readonly Watched[]): CheckResult {
  const anomalies: string[] = []
  let events = 0
  for (const [client, watched] of recording.watches) {
    events += watched.length
    const gone = Math.max(-1, ...recording.compactions.filter((one) => one.client === client).map(({ index }) => index))
    anomalies.push(
      ...faultsOfWatch(
        watched,
        story.filter(({ index }) => index > gone),
      ).map((fault) => `the watch of ${client} ${fault}`),
    )
  }
  const told = new Map(story.map((event) => [event.index, event]))
  for (const write of recording.writes) {
    const event = told.get(write.position)
    if (event === undefined || event.path !== write.key || event.type !== typeOf(write)) {
      anomalies.push(
        `${write.kind} of ${write.key} by ${write.client} was acknowledged at ${write.position}, where watches saw ${JSON.stringify(event ?? 'nothing')}`,
      )
    }
  }
  const looked = `${events} events at ${recording.watches.size} watches, ${story.length} changes, ${recording.writes.length} acknowledged writes, ${recording.compactions.length} told as gone`
  return checkResult('watches tell every change once, in order', looked, anomalies)
}

function faultsOfWatch(watched: readonly Watched[], story: readonly Watched[]): string[] {
  const faults: string[] = []
  for (const [index, event] of watched.entries()) {
    const before = watched[index - 1]
    if (before !== undefined && event.index <= before.index) faults.push(`told ${idOf(event)} after ${idOf(before)}`)
  }
  const told = new Set(watched.map(idOf))
  for (const event of story) if (!told.has(idOf(event))) faults.push(`did not tell ${idOf(event)}`)
  return faults
}

function idOf({ type, path, epoch, index }: Watched): string {
  return `${type} ${path} at ${epoch}.${index}`
}

function typeOf({ kind }: PlacedWrite): string {
  return kind === 'create' ? 'created' : 'changed'
}
