import { describeMessage, Violation } from '@synod/sim'
import type { Atlas } from './atlas.ts'
import type { Bounds } from './bounds.ts'
import { beliefs } from './envelope.ts'
import { edges, pairs, queueAt } from './layout.ts'
import type { Machine } from './machine.ts'
import { Moves, unpack } from './moves.ts'
import { closed, opened } from './queues.ts'
import { beforeAll } from './start.ts'

const unbounded: Bounds = {
  ...{ from: 'looking', epochs: 99, campaigns: 3, slowDisks: 'always', crashOf: 0, crashAfter: 9 },
  ...{ writes: 3, crashes: 3, breaks: 3, losses: 3, timers: 3 },
}

/** A behaviour from the very beginning, as people read it: what happens, then what changes by it. */
export function storyOf(atlas: Atlas, path: readonly number[]): readonly string[] {
  const moves = new Moves(atlas, unbounded)
  const state = beforeAll(atlas)
  const lines: string[] = []
  for (const packed of path) {
    const before = state.slice()
    lines.push(happening(atlas, before, packed))
    try {
      moves.make(state, packed)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      lines.push(`     ${error.invariant}: ${error.message}`)
      break
    }
    lines.push(...changes(atlas, before, state))
  }
  return lines
}

function happening(atlas: Atlas, state: Int32Array, packed: number): string {
  const { kind, at, batches } = unpack(packed)
  const edge = edges[at]
  const pair = pairs[at]
  const there = edge ? `${edge.from}→${edge.to}` : ''
  const head = atlas.queues.head(state[queueAt(at)] ?? 0)
  switch (kind) {
    case 'deliver':
      return `${there} ${contentOf(atlas, head)}`
    case 'glance':
      return `${edge?.to} hears of ${edge?.from} (${beliefs[batches]})`
    case 'notice':
      return `${there} closed; what was under way is lost`
    case 'lose':
      return `${there} lost: ${contentOf(atlas, head)}`
    case 'sync':
      return `${at + 1} syncs${batches > 1 ? ` ${batches} batches` : ''}`
    case 'crash':
      return `${at + 1} crashes${batches > 0 ? `; ${batches} unreported batches are on its disk` : ''}`
    case 'propose':
      return `${at + 1} is asked to write`
    case 'cut':
      return `${pair?.a}–${pair?.b} breaks`
    case 'join':
      return `${pair?.a}–${pair?.b} connects`
    case 'boot':
      return `${at + 1} boots`
    case 'timer':
      return `${at + 1} times out`
  }
}

function contentOf(atlas: Atlas, element: number): string {
  if (element === opened) return 'opened'
  if (element === closed) return 'closed'
  return element < 0 ? 'nothing' : describeMessage(atlas.flight(element).body)
}

function changes(atlas: Atlas, before: Int32Array, after: Int32Array): readonly string[] {
  return [0, 1, 2].flatMap((at) => {
    const [was, is] = [standing(atlas.machine(before[at] ?? 0)), standing(atlas.machine(after[at] ?? 0))]
    return was === is ? [] : [`     ${at + 1}  ${is}`]
  })
}

function standing({ core, view: disk }: Machine): string {
  const log = [...disk.entries.values()].map((entry) => `${entry.epoch}.${entry.index}`).join(' ')
  const stored = `disk ${log}, promised ${disk.promisedEpoch}→${disk.promisedTo}`
  if (core === null) return `down, ${stored}`
  const { role, strength, leader, leaderEpoch, commitIndex, promised } = core.view
  const what = role === 'leading' ? `leading(${strength})` : role === 'following' ? `following ${leader}` : role
  const epoch = role === 'candidate' ? promised.epoch : leaderEpoch
  return `${what}${role === 'looking' ? '' : ` epoch ${epoch}`}, commit ${commitIndex}; ${stored}`
}
