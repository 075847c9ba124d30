import type { Bounds } from './bounds.ts'

/** Bounds that have a name. */
export interface Scope {
  readonly name: string
  readonly bounds: Bounds
  /** Small enough for every run of `npm test`. */
  readonly everyTime?: boolean
}

/** What own bounds begin with. */
export const scopeBounds: Bounds = {
  ...{ from: 'looking', epochs: 2, campaigns: 3, slowDisks: 'always' },
  ...{ writes: 0, crashes: 0, crashOf: 0, breaks: 0, losses: 0, timers: 0 },
}

function scope(name: string, bounds: Partial<Bounds>, everyTime = false): Scope {
  return { name, bounds: { ...scopeBounds, ...bounds }, everyTime }
}

const led: Partial<Bounds> = { from: 'led by 3', epochs: 3 }
const quick: Partial<Bounds> = { slowDisks: 'before a crash' }
const crash: Partial<Bounds> = { campaigns: 1, crashes: 1, ...quick }

/** Explored by `npm run explore`, from small to large. */
export const scopes: readonly Scope[] = [
  scope('two writes', { ...led, writes: 2 }, true),
  scope('loss, two writes', { ...led, campaigns: 1, writes: 2, losses: 1 }, true),
  scope('time-out, write', { ...led, campaigns: 1, writes: 1, timers: 1 }, true),
  scope('one candidate', { campaigns: 1 }, true),
  scope('three candidates', { campaigns: 3 }),
  scope('election, loss', { campaigns: 2, losses: 1, ...quick }),
  scope('election, break', { campaigns: 2, breaks: 1, ...quick }),
  scope('election, crash', { campaigns: 1, crashes: 1, ...quick }),
  scope('losses, time-outs, two writes', { ...led, campaigns: 1, writes: 2, losses: 1, timers: 2, ...quick }),
  scope('break, two writes', { ...led, campaigns: 1, writes: 2, breaks: 1 }),
  scope('crash, slow disks', { ...led, campaigns: 3, crashes: 1 }),
  scope('crash, break', { ...led, ...crash, breaks: 1 }),
  scope('crash of the leader, two writes', { ...led, ...crash, writes: 2, crashOf: 3 }),
  scope('crash of follower 2, two writes', { ...led, ...crash, writes: 2, crashOf: 2 }),
  scope('crash of follower 1, two writes', { ...led, ...crash, writes: 2, crashOf: 1 }),
  scope('crash of leader 1, two writes', { ...led, ...crash, from: 'led by 1', writes: 2, crashOf: 1 }),
  scope('crash of the leader, write, two candidates', { ...led, ...crash, campaigns: 2, writes: 1, crashOf: 3 }),
]

/** Where broken cores are looked for. */
export const hunts: readonly Scope[] = [
  scope('one candidate', { campaigns: 1 }),
  scope('two candidates', { campaigns: 2, writes: 1, ...quick }),
  scope('crash, two writes', { ...led, ...crash, writes: 2 }),
  scope('crash, break', { ...led, ...crash, campaigns: 2, writes: 1, breaks: 1 }),
  scope('losses, time-outs', { ...led, campaigns: 1, writes: 1, losses: 1, timers: 2 }),
]
