import type { Bounds } from './bounds.ts'

/** Bounds that have a name. */
export interface Scope {
  readonly name: string
  readonly bounds: Bounds
  /** Small enough for every run of `npm test`. */
  readonly everyTime?: boolean
  /** Too large to be exhausted in minutes: explored only when asked for by name. */
  readonly endless?: boolean
}

/** What own bounds begin with. */
export const scopeBounds: Bounds = {
  ...{ from: 'looking', epochs: 2, campaigns: 3, slowDisks: 'always' },
  ...{ writes: 0, crashes: 0, crashOf: 0, crashAfter: 9, breaks: 0, losses: 0, timers: 0 },
}

function scope(name: string, bounds: Partial<Bounds>, everyTime = false): Scope {
  return { name, bounds: { ...scopeBounds, ...bounds }, everyTime }
}

const led: Partial<Bounds> = { from: 'led by 3', epochs: 3 }
const quick: Partial<Bounds> = { slowDisks: 'before a crash' }
const crash: Partial<Bounds> = { campaigns: 1, crashes: 1, ...quick }

/** A crash of this server beside two writes, in three pieces. */
function crashesOf(id: number, who: string): readonly Scope[] {
  return [0, 1, 2].map((after) =>
    scope(`crash of ${who} after ${after} of two writes`, { ...led, ...crash, writes: 2, crashOf: id, crashAfter: after }),
  )
}

/** Explored by `npm run explore`, from small to large; endless ones when they are named. */
export const scopes: readonly Scope[] = [
  scope('two writes', { ...led, writes: 2 }, true),
  scope('loss, two writes', { ...led, campaigns: 1, writes: 2, losses: 1 }, true),
  scope('time-out, write', { ...led, campaigns: 1, writes: 1, timers: 1 }, true),
  scope('one candidate', { campaigns: 1 }, true),
  scope('three candidates', { campaigns: 3 }),
  scope('election, loss', { campaigns: 2, losses: 1, ...quick }),
  { ...scope('election, break', { campaigns: 2, breaks: 1, ...quick }), endless: true },
  { ...scope('election, crash', { campaigns: 1, crashes: 1, ...quick }), endless: true },
  { ...scope('loss, two time-outs', { ...led, campaigns: 1, writes: 1, losses: 1, timers: 2, ...quick }), endless: true },
  scope('crash, write', { ...led, ...crash, writes: 1 }),
  scope('break, two writes', { ...led, campaigns: 1, writes: 2, breaks: 1 }),
  { ...scope('crash, slow disks', { ...led, campaigns: 3, crashes: 1 }), endless: true },
  { ...scope('crash, break', { ...led, ...crash, breaks: 1 }), endless: true },
  ...crashesOf(3, 'the leader'),
  ...crashesOf(2, 'follower 2'),
  ...crashesOf(1, 'follower 1'),
]

/** Where broken cores are looked for. */
export const hunts: readonly Scope[] = [
  scope('one candidate', { campaigns: 1 }),
  scope('two candidates', { campaigns: 2, writes: 1, ...quick }),
  scope('crash, two writes', { ...led, ...crash, writes: 2 }),
  scope('crash, break', { ...led, ...crash, campaigns: 2, writes: 1, breaks: 1 }),
  scope('losses, time-outs', { ...led, campaigns: 1, writes: 1, losses: 1, timers: 2 }),
]
