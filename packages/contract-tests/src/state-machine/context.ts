import assert from 'node:assert/strict'
import type { Entry, EntryType, StateMachine } from '@synod/interface/protocol'
import type { StateMachineContractOptions } from './options.ts'

/** What a clause of the state machine's contract works with. */
export class StateMachineContext {
  readonly options: StateMachineContractOptions

  constructor(options: StateMachineContractOptions) {
    this.options = options
  }

  create(): StateMachine {
    return this.options.create()
  }

  /** The history of every clause: an epoch entry, then all commands, with epochs and times that advance. */
  history(): Entry[] {
    const entries = [entry(1, 'epoch', new Uint8Array())]
    for (const [i, command] of this.options.commands.entries()) {
      if (i > 0 && i % 7 === 0) entries.push(entry(entries.length + 1, 'epoch', new Uint8Array()))
      entries.push(entry(entries.length + 1, 'command', command))
    }
    return entries
  }

  /** Everything that can be asked of a machine, in one value. */
  view(machine: StateMachine): unknown {
    return {
      applied: machine.appliedZxid,
      hash: machine.hash(),
      sessions: [...machine.sessions()],
      answers: this.options.queries.map((query) => Buffer.from(machine.query(query)).toString('hex')),
    }
  }
}

/** The entry at an index; epoch and time follow from it. */
export function entry(index: number, type: EntryType, payload: Uint8Array): Entry {
  return { epoch: 1 + Math.floor(index / 8), index, type, timeMs: 1_700_000_000_000 + index * 10, payload }
}

/** Applies all and returns the results as hex. */
export function applyAll(machine: StateMachine, entries: readonly Entry[]): string[] {
  return entries.map((one) => Buffer.from(machine.apply(one)).toString('hex'))
}

/** All chunks of a snapshot in one piece. */
export function snapshotOf(machine: StateMachine): Uint8Array {
  return new Uint8Array(Buffer.concat([...machine.snapshot()]))
}

/** Payloads that are no command: every prefix and many changes of the well-formed ones, and plain garbage. */
export function garbage(commands: readonly Uint8Array[]): Uint8Array[] {
  const payloads = [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(255), new Uint8Array(64).fill(0xff), new Uint8Array(300)]
  for (const command of commands) {
    for (let length = 0; length < Math.min(command.length, 24); length += 1) payloads.push(command.slice(0, length))
    for (let at = 0; at < Math.min(command.length, 24); at += 1) {
      const changed = command.slice()
      changed[at] = (changed[at] ?? 0) ^ 0xff
      payloads.push(changed)
    }
    payloads.push(Uint8Array.of(...command, 1, 2, 3))
  }
  return payloads
}

/** Runs something with the clock and the dice of the process wired to an alarm, and asserts that it rang for nobody. */
export function withoutClockAndChance(run: () => void): void {
  const asked: string[] = []
  const originals = { now: Date.now, random: Math.random, performance: performance.now }
  Date.now = () => (asked.push('Date.now'), originals.now())
  Math.random = () => (asked.push('Math.random'), originals.random())
  performance.now = () => (asked.push('performance.now'), originals.performance.call(performance))
  try {
    run()
  } finally {
    Date.now = originals.now
    Math.random = originals.random
    performance.now = originals.performance
  }
  assert.deepEqual(asked, [], 'the machine asked for time or chance')
}
