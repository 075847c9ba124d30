import type { Recording } from '../recording.ts'
import type { Gap } from './rows.ts'

/** What a server was, from one moment to another. */
export interface ServerSpan {
  readonly server: number
  readonly from: number
  readonly to: number
  readonly state: 'leading' | 'elected' | 'following' | 'electing' | 'silent' | 'down' | 'stopped' | 'wiped'
  readonly epoch: number
}

/** Every server's life from the first to the last moment, from what it said and from what was done to its process. */
export function serverSpans({ samples, processes }: Recording, end: number): ServerSpan[] {
  const spans: ServerSpan[] = []
  const servers = [...new Set(samples.map(({ server }) => server))].sort((a, b) => a - b)
  for (const server of servers) {
    const moments = [
      ...samples.filter((sample) => sample.server === server).map((sample) => ({ at: sample.at, sample, change: null })),
      ...processes.filter((change) => change.server === server).map((change) => ({ at: change.at, sample: null, change })),
    ].sort((a, b) => a.at - b.at)
    let process: string = 'running'
    let current: ServerSpan | null = null
    for (const { at, sample, change } of moments) {
      if (change !== null) process = change.state
      const said = process === 'running' ? sample?.said : undefined
      const state = process === 'running' ? stateOf(said ?? null) : (process as ServerSpan['state'])
      const epoch = said?.epoch ?? 0
      if (current !== null && current.state === state && current.epoch === epoch) continue
      if (current !== null) spans.push({ ...current, to: at })
      current = { server, from: at, to: end, state, epoch }
    }
    if (current !== null) spans.push(current)
  }
  return spans
}

function stateOf(said: Recording['samples'][number]['said']): ServerSpan['state'] {
  if (said === null) return 'silent'
  if (said.role === 'leading') return said.strength === 'established' ? 'leading' : 'elected'
  return said.role === 'following' || said.role === 'relayed' ? 'following' : 'electing'
}

/** Times longer than `leastMs` in which no write was acknowledged. */
export function gapsIn({ registers, creations }: Recording, leastMs: number): Gap[] {
  const moments = [
    ...registers.filter(({ op, result }) => op.kind !== 'get' && result !== undefined).map((operation) => operation.return ?? 0),
    ...creations.filter(({ outcome }) => outcome === 'kept').map((creation) => creation.return ?? 0),
  ].sort((a, b) => a - b)
  return moments.flatMap((to, index) => {
    const from = moments[index - 1]
    return from !== undefined && to - from > leastMs ? [{ from, to }] : []
  })
}
