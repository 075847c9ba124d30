import assert from 'node:assert/strict'
import { SynodError } from '@synod/interface'
import type { Clause } from '../runner.ts'
import { applyAll, entry, snapshotOf } from './context.ts'
import type { StateMachineContext } from './context.ts'

/** Clauses about snapshot and restore. */
export const snapshotClauses: readonly Clause<StateMachineContext>[] = [
  {
    name: 'a restored machine answers, hashes and applies like the one that was saved, at every point of the history',
    async check(context) {
      const history = context.history()
      for (let length = 0; length <= history.length; length += 1) {
        const saved = context.create()
        applyAll(saved, history.slice(0, length))
        const restored = context.create()
        restored.restore(snapshotOf(saved), saved.appliedZxid)
        assert.deepEqual(context.view(restored), context.view(saved), `restored after ${length} entries`)
        const rest = history.slice(length)
        assert.deepEqual(applyAll(restored, rest), applyAll(saved, rest), `results after restoring at ${length}`)
        assert.deepEqual(context.view(restored), context.view(saved), `state after restoring at ${length} and going on`)
      }
    },
  },
  {
    name: 'restore replaces whatever was there before',
    async check(context) {
      const history = context.history()
      const saved = context.create()
      applyAll(saved, history.slice(0, Math.ceil(history.length / 2)))
      const other = context.create()
      applyAll(other, history)
      other.restore(snapshotOf(saved), saved.appliedZxid)
      assert.deepEqual(context.view(other), context.view(saved))
    },
  },
  {
    name: 'taking a snapshot changes nothing, and two of the same state are equal',
    async check(context) {
      const machine = context.create()
      applyAll(machine, context.history())
      const before = context.view(machine)
      const first = snapshotOf(machine)
      assert.deepEqual(context.view(machine), before)
      assert.ok(Buffer.compare(first, snapshotOf(machine)) === 0)
    },
  },
  {
    name: 'restore rejects bytes that are no snapshot with SYNOD_STORAGE_CORRUPT, and the machine is as it was',
    async check(context) {
      const machine = context.create()
      applyAll(machine, context.history())
      const good = snapshotOf(machine)
      const before = context.view(machine)
      const bad = [new Uint8Array(), Uint8Array.of(1), new Uint8Array(500).fill(0xff)]
      for (let length = 0; length < good.length; length += Math.max(1, Math.floor(good.length / 40))) bad.push(good.slice(0, length))
      for (const bytes of bad) {
        assert.throws(
          () => machine.restore(bytes, { epoch: 9, index: 999 }),
          (error) => SynodError.is(error, 'SYNOD_STORAGE_CORRUPT'),
          `${bytes.length} bytes of ${good.length} were taken for a snapshot`,
        )
        assert.deepEqual(context.view(machine), before, 'a refused snapshot changed the machine')
      }
    },
  },
]

/** Shown only where the caller has a command that opens a session. */
export const sessionClauses: readonly Clause<StateMachineContext>[] = [
  {
    name: 'a session ends by its expiry, and only by one that names its present touch count',
    async check(context) {
      const machine = context.create()
      applyAll(machine, context.history())
      let index = context.history().length
      const known = new Set([...machine.sessions()].map((session) => session.id))
      const apply = (payload: Uint8Array): void => {
        index += 1
        machine.apply(entry(index, 'command', payload))
      }
      apply(context.options.openSession ?? new Uint8Array())
      const opened = [...machine.sessions()].filter((session) => !known.has(session.id))
      assert.equal(opened.length, 1, 'the command opened a session')
      const [session] = opened
      if (session === undefined) return
      assert.ok(session.timeoutMs > 0 && Number.isSafeInteger(session.touchCount))
      apply(machine.expireSession(session.id, session.touchCount - 1))
      apply(machine.expireSession(session.id, session.touchCount + 1))
      assert.ok(
        [...machine.sessions()].some(({ id }) => id === session.id),
        'an outdated expiry ended the session',
      )
      const now = [...machine.sessions()].find(({ id }) => id === session.id)
      apply(machine.expireSession(session.id, now?.touchCount ?? session.touchCount))
      assert.ok(![...machine.sessions()].some(({ id }) => id === session.id), 'the expiry did not end the session')
    },
  },
]
