import { describe, expect, it } from 'vitest'
import type { Happening } from '../src/atlas.ts'
import { Atlas } from '../src/atlas.ts'
import type { Bounds } from '../src/bounds.ts'
import type { Machine } from '../src/machine.ts'
import { nameOf } from '../src/machine.ts'
import { Moves } from '../src/moves.ts'
import { plain } from '../src/plain.ts'
import { closed, firstFlight, opened } from '../src/queues.ts'
import { scopeBounds } from '../src/scopes.ts'
import { Search } from '../src/search.ts'
import { Start } from '../src/start.ts'

/** Every so many merges are looked at. */
const every = 23

/** Everything that could happen to a machine, messages that were meant for it in any state included. */
function happenings(atlas: Atlas, { id, core, unsynced }: Machine): Happening[] {
  if (core === null) return [{ kind: 'boot' }]
  const others = [1, 2, 3].filter((other) => other !== id)
  const tokens = others.flatMap((from) => [opened, closed].map((element) => ({ kind: 'arrives' as const, element, from })))
  const flights = Array.from({ length: atlas.sizes.messages }, (_, at) => at + firstFlight).filter((each) => atlas.flight(each).to === id)
  return [
    ...tokens,
    ...flights.map((element) => ({ kind: 'arrives' as const, element, from: atlas.flight(element).from })),
    ...unsynced.map((_, at) => ({ kind: 'sync' as const, batches: at + 1 })),
    ...[0, ...unsynced.map((_, at) => at + 1)].map((batches) => ({ kind: 'crash' as const, batches })),
    { kind: 'timer' },
    { kind: 'propose', value: 1 },
  ]
}

function outcome(atlas: Atlas, machine: Machine, happening: Happening): string {
  try {
    const { machine: after, sends } = atlas.turn(machine, happening)
    return `${nameOf(after)} ${sends.map(plain).join(' ')}`
  } catch (error) {
    return String(error)
  }
}

function mergesOf(bounds: Bounds): { readonly compared: number; readonly differences: readonly string[] } {
  const pairs: [Machine, Machine][] = []
  let merges = 0
  const atlas = new Atlas((kept, other) => {
    merges += 1
    if (merges % every === 0) pairs.push([kept, other])
  })
  const start = new Start(atlas, bounds)
  start.reach(bounds)
  new Search(new Moves(atlas, bounds), { statesMax: 20_000, secondsMax: 60, onProgress: () => undefined }).run(start.state)
  const differences = pairs.flatMap(([kept, other]) =>
    happenings(atlas, kept).flatMap((happening) => {
      const [one, two] = [outcome(atlas, kept, happening), outcome(atlas, other, happening)]
      return one === two ? [] : [`${JSON.stringify(happening)}\n${nameOf(kept)}\n${one}\n${two}`]
    }),
  )
  return { compared: pairs.length, differences }
}

describe('machines that are taken for one', () => {
  it.each([
    { ...scopeBounds, writes: 1, crashes: 1 },
    { ...scopeBounds, from: 'led by 3' as const, epochs: 3, writes: 2, crashes: 1 },
    { ...scopeBounds, from: 'led by 3' as const, epochs: 3, breaks: 1, losses: 1, timers: 2 },
  ])(
    'do the same whatever happens to them: $from, crashes $crashes, timers $timers',
    (bounds) => {
      const { compared, differences } = mergesOf(bounds)
      expect(differences.length, differences[0]).toBe(0)
      expect(compared).toBeGreaterThan(5)
    },
    60_000,
  )
})
