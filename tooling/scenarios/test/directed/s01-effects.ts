import { Stage, type Server, type SyncKind } from './s01-stage.ts'

type Process = NonNullable<Server['process']>

/** An effect of a server's process: a write or a read of its disk, a frame to a peer or a client. */
export interface Effect {
  /** Virtual time: effects of one turn of the event loop have the same. */
  readonly at: number
  /** Writes that are not durable are on their way to the disk: before this effect, and after it. */
  readonly writing: { readonly before: boolean; readonly after: boolean }
  /** It is itself a write to the disk. */
  readonly writes: boolean
}

/** A moment in the life of a process. */
export interface Boundary {
  /** Counted from 1. */
  readonly effect: number
  /** `before` this effect: nothing of its turn from here on takes place. `after`: the turn is over, nothing that it wrote is durable yet. */
  readonly side: 'before' | 'after'
  /** What becomes of writes that are not durable, when the process ends here. */
  readonly unsynced: 'lost' | 'kept'
  /** The effect is a write to the disk. */
  readonly isWrite: boolean
}

/** Keeps a list of the effects that this life of a server asks for from now on. */
export function recordEffects(server: Server): readonly Effect[] {
  const effects: Effect[] = []
  const writing = (): boolean => server.drive.unsynced.length > 0
  tap(server, (takePlace, { world }) => {
    const before = writing()
    const written = server.drive.writes
    takePlace()
    effects.push({ at: world.now, writing: { before, after: writing() }, writes: server.drive.writes > written })
  })
  return effects
}

/** Calls `run` at a boundary of this life of a server. */
export function atBoundary(server: Server, { effect, side }: Pick<Boundary, 'effect' | 'side'>, run: () => void): void {
  let count = 0
  tap(server, (takePlace, { world }) => {
    count += 1
    if (count === effect) {
      if (side === 'after') world.scheduler.after(0, run)
      else run()
    }
    takePlace()
  })
}

/**
 * Every boundary at which a process can be in a state of its own: right before each effect; and after each turn that leaves writes to the
 * disk, with both fates of these.
 */
export function boundariesOf(effects: readonly Effect[]): readonly Boundary[] {
  return effects.flatMap(({ at, writing, writes: isWrite }, place): Boundary[] => {
    const effect = place + 1
    const boundaries: Boundary[] = [{ effect, side: 'before', unsynced: 'lost', isWrite }]
    if (writing.before) boundaries.push({ effect, side: 'before', unsynced: 'kept', isWrite })
    const isLastOfTurn = effects[place + 1]?.at !== at
    if (isLastOfTurn && writing.after) {
      boundaries.push({ effect, side: 'after', unsynced: 'lost', isWrite }, { effect, side: 'after', unsynced: 'kept', isWrite })
    }
    return boundaries
  })
}

/** Ends a server's process, and decides about its writes that are not durable. */
export function crash(server: Server, unsynced: 'lost' | 'kept'): void {
  if (unsynced === 'kept') server.drive.sync(server.drive.unsynced.length)
  server.drive.unsynced = []
  server.kill({ power: false })
}

/** `on` stands in the way of each effect. */
function tap(server: Server, on: (takePlace: () => void, process: Process) => void): void {
  const { process } = server
  if (process === null) throw new Error(`server ${server.id} does not run`)
  const inner = process.effect.bind(process)
  process.effect = (run) => {
    if (process.isAlive) on(() => inner(run), process)
  }
}

/** Whose effects are counted. */
export type Counted = 'follower' | 'leader'

/** The follower starts, and is to be synchronized; meanwhile something is written. */
export function beginSync(stage: Stage): void {
  stage.follower.start()
  stage.write(2)
}

/** The synchronization without a fault, until what was written meanwhile is acknowledged and everywhere; and what can interrupt it where. */
export async function rehearseSync(
  kind: SyncKind,
): Promise<{ readonly stage: Stage; readonly boundaries: Readonly<Record<Counted, readonly Boundary[]>> }> {
  const stage = await Stage.set(kind)
  const { follower, leader, simulation } = stage
  const ofLeader = recordEffects(leader)
  beginSync(stage)
  const ofFollower = recordEffects(follower)
  const isEverywhere = (): boolean => stage.isWritten && follower.disk.last.index === leader.disk.last.index
  await stage.until(
    'the synchronization is over',
    () => isEverywhere() && follower.state?.appliedZxid.index === leader.state?.appliedZxid.index,
  )
  await simulation.advance(5)
  return { stage, boundaries: { follower: boundariesOf(ofFollower), leader: boundariesOf(ofLeader) } }
}
