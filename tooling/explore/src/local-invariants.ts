import type { ElectionCore } from '@synod/election-core'
import type { WalRecord } from '@synod/interface/protocol'
import type { Checks, DiskView, InvariantContext, ObservedServer } from '@synod/sim'
import { protocolInvariants, Violation } from '@synod/sim'
import type { Flight } from './envelope.ts'
import type { Machine } from './machine.ts'

/** Those of the simulator's invariants that look at one server at one moment, and so need no memory. */
const momentary: ReadonlySet<string> = new Set(['I2b', 'I3', 'I10'])

const checks: readonly Checks[] = protocolInvariants
  .filter(({ name }) => momentary.has(name))
  .map(({ name, create }) => create(contextOf(name)))
if (checks.length !== momentary.size) throw new Error(`the simulator does not have all of ${[...momentary].join(', ')}`)

/** I3 and I10: what a message says is on its sender's disk. */
export function checkSend(machine: Machine, { body, to }: Flight): void {
  for (const check of checks) check.onSend?.(observed(machine), body, to)
}

/** I2, I2b: a record comes to the disk. */
export function checkRecord(machine: Machine, record: WalRecord): void {
  const { view, id } = machine
  for (const check of checks) check.onRecord?.(observed(machine), record)
  if (record.kind === 'promise' && record.epoch < view.promisedEpoch) {
    throw new Violation('I2', `server ${id} promises epoch ${record.epoch} after it has promised ${view.promisedEpoch}`)
  }
}

/** I7 and I8, one step against the one before. */
export function checkStep(before: ElectionCore, core: ElectionCore): void {
  const [was, is] = [before.view, core.view]
  if (is.commitIndex < was.commitIndex) {
    throw new Violation('I7', `the commit index of server ${is.member.id} falls from ${was.commitIndex} to ${is.commitIndex}`)
  }
  if (is.commitIndex > is.lastZxid.index) {
    throw new Violation('I7', `server ${is.member.id} has committed ${is.commitIndex}, its log ends at ${is.lastZxid.index}`)
  }
  if (was.role !== 'leading' || is.role !== 'leading' || was.leaderEpoch !== is.leaderEpoch) return
  if (is.lastZxid.index < was.lastZxid.index || core.epochAt(was.lastZxid.index) !== was.lastZxid.epoch) {
    throw new Violation('I8', `server ${is.member.id}, leading ${is.leaderEpoch}, shortens or overwrites its log`)
  }
}

/** I10, I11: what is recovered is what the disk has. */
export function checkRecovery(core: ElectionCore, disk: DiskView): void {
  const { lastZxid, promised, member } = core.view
  const same = lastZxid.index === disk.last.index && promised.epoch >= disk.promisedEpoch
  const entries = [...disk.entries.keys()].every((index) => core.epochAt(index) === disk.epochAt(index))
  if (!same || !entries) throw new Violation('I11', `server ${member.id} recovers something else than its disk has`)
}

function observed({ id, core, view }: Machine): ObservedServer {
  return {
    id,
    isUp: core !== null,
    incarnation: core?.view.incarnation ?? 0,
    core,
    disk: view,
    state: null,
    isPaused: false,
    isStopping: false,
    resumedAt: 0,
    lives: 0,
  }
}

/** What looks at one server at one moment asks for nothing but this. */
function contextOf(name: string): InvariantContext {
  const context: Pick<InvariantContext, 'fail' | 'count'> = {
    fail: (message) => {
      throw new Violation(name, message)
    },
    count: () => undefined,
  }
  return context as InvariantContext
}
