import { Violation } from '@synod/sim'
import type { Machine } from './machine.ts'

/** What has ever happened, as far as invariants ask: a part of the state, since two states with different pasts must not be taken for one. */
export interface Ghost {
  /** By epoch: who led it, as `server/life`. */
  readonly leaders: Readonly<Record<number, string>>
  /** By index: what a leader has committed there, and the least epoch in which one did. */
  readonly committed: Readonly<Record<number, { readonly name: string; readonly inEpoch: number }>>
}

/** A server before and after something happened to it, and all servers after it. */
export interface Change {
  readonly before: Machine
  readonly after: Machine
  readonly all: readonly Machine[]
}

const nameAt = (machine: Machine, index: number): string => {
  const entry = machine.core?.entries(index, index)[0]
  return entry === undefined ? 'nothing' : entryName(entry)
}

function entryName(entry: { readonly epoch: number; readonly type: string; readonly payload: Uint8Array }): string {
  return entry.type === 'command' ? `${entry.epoch}:${entry.payload.join('.')}` : `${entry.epoch}`
}

/** The past that all servers share at the beginning. */
export const firstGhost: Ghost = { leaders: { 1: '3/0' }, committed: { 1: { name: '1', inEpoch: 1 } } }

/** Does anything change here that the past is made of, or that an invariant over all servers looks at? */
export function isWatched(before: Machine, after: Machine): boolean {
  if (before.disk.length !== after.disk.length) return true
  const [was, is] = [before.core?.view, after.core?.view]
  if (was === undefined || is === undefined) return false
  return was.role !== is.role || was.leaderEpoch !== is.leaderEpoch || was.commitIndex !== is.commitIndex
}

/** I1, I2, I4, I5, I6, I7, I9: the past goes on by one change, or a `Violation` is thrown. */
export function remember(ghost: Ghost, change: Change): Ghost {
  const { before, after } = change
  let next = noteLeader(ghost, after)
  next = noteCommits(next, change)
  if (before.disk.length !== after.disk.length) {
    checkPromise(next, before, after)
    checkDisk(next, before, after)
    checkLogs(change.all, after)
  }
  return next
}

function noteLeader(ghost: Ghost, after: Machine): Ghost {
  const { id, core } = after
  const view = core?.view
  if (view?.role !== 'leading') return ghost
  const who = `${id}/${view.incarnation}`
  const present = ghost.leaders[view.leaderEpoch]
  if (present !== undefined && present !== who) throw new Violation('I1', `${who} and ${present} both lead epoch ${view.leaderEpoch}`)
  if (present === undefined) checkComplete(ghost, after)
  return present === undefined ? { ...ghost, leaders: { ...ghost.leaders, [view.leaderEpoch]: who } } : ghost
}

/** I5, and S79: the own promise is durable before anybody is led. */
function checkComplete(ghost: Ghost, leader: Machine): void {
  const view = leader.core?.view
  if (!view) return
  if (leader.view.promisedEpoch < view.leaderEpoch) {
    throw new Violation('I3', `server ${leader.id} leads epoch ${view.leaderEpoch}, its disk has promised ${leader.view.promisedEpoch}`)
  }
  for (const [index, { name, inEpoch }] of Object.entries(ghost.committed)) {
    const own = nameAt(leader, Number(index))
    if (inEpoch >= view.leaderEpoch || own === name) continue
    throw new Violation(
      'I5',
      `server ${leader.id} leads epoch ${view.leaderEpoch} with ${own} at ${index}, where ${name} was committed in epoch ${inEpoch}`,
    )
  }
}

/** I6 and I7. Servers apply what they have committed, in the same turn. */
function noteCommits(ghost: Ghost, { before, after, all }: Change): Ghost {
  const [was, is] = [before.core?.view, after.core?.view]
  if (!is || is.commitIndex <= (was?.commitIndex ?? 0)) return ghost
  // A leader may leave in the step in which it commits.
  const leads = is.role === 'leading' || was?.role === 'leading'
  const committed = { ...ghost.committed }
  for (let index = (was?.commitIndex ?? 0) + 1; index <= is.commitIndex; index += 1) {
    const name = nameAt(after, index)
    const present = committed[index]
    if (present !== undefined && present.name !== name) {
      throw new Violation('I6', `server ${after.id} applies ${name} at ${index}, where ${present.name} was committed`)
    }
    if (present === undefined && !leads) throw new Violation('I7', `server ${after.id} commits ${name} at ${index}, no leader has`)
    committed[index] = present ?? { name, inEpoch: is.leaderEpoch }
  }
  if (leads && is.commitIndex > 0) checkCovered(after, all, is.commitIndex)
  return { ...ghost, committed }
}

function checkCovered(leader: Machine, all: readonly Machine[], index: number): void {
  const view = leader.core?.view
  const epoch = leader.core?.epochAt(index) ?? -1
  const holders = all.filter((each) => each.view.epochAt(index) === epoch).map((each) => each.id)
  if (holders.length < 2) {
    throw new Violation('I7', `server ${leader.id} commits ${epoch}.${index}, durable only on ${holders.join(', ') || 'none'}`)
  }
  if (view?.role === 'leading' && epoch !== view.leaderEpoch) {
    throw new Violation('I7', `server ${leader.id} commits ${epoch}.${index} of an older epoch by count, leading ${view.leaderEpoch}`)
  }
}

/** I2: within an epoch a promise changes only to the one who leads it. */
function checkPromise(ghost: Ghost, { view: was }: Machine, { id, view: is }: Machine): void {
  if (was.promisedEpoch !== is.promisedEpoch || was.promisedTo === is.promisedTo) return
  const leader = ghost.leaders[is.promisedEpoch]
  if (leader === undefined || Number(leader.split('/')[0]) !== is.promisedTo) {
    throw new Violation('I2', `server ${id} promised epoch ${is.promisedEpoch} to ${was.promisedTo} and then to ${is.promisedTo}`)
  }
}

/** I9: what is committed stays on every disk that has it. */
function checkDisk(ghost: Ghost, before: Machine, after: Machine): void {
  for (const [at, { name }] of Object.entries(ghost.committed)) {
    const [was, is] = [before.view.entries.get(Number(at)), after.view.entries.get(Number(at))]
    if (was === undefined || entryName(was) !== name || (is !== undefined && entryName(is) === name)) continue
    throw new Violation('I9', `server ${after.id} loses ${name} at ${at}, which is committed`)
  }
}

/** I4: where two disks have entries of equal zxid, they are equal up to there. */
function checkLogs(all: readonly Machine[], { id, view }: Machine): void {
  for (const other of all) {
    if (other.id === id) continue
    let equal = true
    for (let index = 1; index <= Math.min(view.last.index, other.view.last.index); index += 1) {
      const [mine, theirs] = [view.entries.get(index), other.view.entries.get(index)]
      if (!mine || !theirs) throw new Violation('I10', `the log of server ${mine ? other.id : id} has a hole at ${index}`)
      const same = entryName(mine) === entryName(theirs)
      if (mine.epoch === theirs.epoch && (!same || !equal)) {
        throw new Violation('I4', `servers ${id} and ${other.id} have ${mine.epoch}.${index}, but not the same log up to it`)
      }
      equal &&= same
    }
  }
}

/** Tells pasts apart. */
export function ghostName(ghost: Ghost): string {
  return JSON.stringify(ghost)
}
