import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { applyAll, entry, garbage, withoutClockAndChance } from './context.ts'
import type { StateMachineContext } from './context.ts'

/** Clauses about apply, query and hash. */
export const applyClauses: readonly Clause<StateMachineContext>[] = [
  {
    name: 'equal entries give equal results, answers and hashes',
    async check(context) {
      const [a, b] = [context.create(), context.create()]
      assert.deepEqual(context.view(a), context.view(b))
      for (const one of context.history()) {
        assert.deepEqual(applyAll(a, [one]), applyAll(b, [one]), `the results of entry ${one.index} differ`)
        assert.deepEqual(context.view(a), context.view(b), `the machines differ after entry ${one.index}`)
      }
    },
  },
  {
    name: 'the hash tells different states apart',
    async check(context) {
      const [blank, used] = [context.create(), context.create()]
      applyAll(used, context.history())
      applyAll(
        blank,
        context.history().map((one) => entry(one.index, 'epoch', new Uint8Array())),
      )
      assert.deepEqual(blank.appliedZxid, used.appliedZxid)
      assert.notEqual(blank.hash(), used.hash())
    },
  },
  {
    name: 'apply and query see no clock and no chance',
    async check(context) {
      const machine = context.create()
      withoutClockAndChance(() => {
        applyAll(machine, context.history())
        context.view(machine)
      })
    },
  },
  {
    name: 'every entry advances appliedZxid, whatever its type, and those that are no commands touch no session',
    async check(context) {
      const machine = context.create()
      applyAll(machine, context.history())
      let index = context.history().length
      const sessions = [...machine.sessions()]
      for (const type of ['epoch', 'config', 'release', 'recovery'] as const) {
        index += 1
        const one = entry(index, type, Uint8Array.of(1, 2, 3))
        machine.apply(one)
        assert.deepEqual(machine.appliedZxid, { epoch: one.epoch, index: one.index })
      }
      assert.deepEqual([...machine.sessions()], sessions)
    },
  },
  {
    name: 'a malformed command is a deterministic rejection in the result, never an exception',
    async check(context) {
      const [a, b] = [context.create(), context.create()]
      const entries = [...context.history()]
      for (const payload of garbage(context.options.commands)) entries.push(entry(entries.length + 1, 'command', payload))
      for (const one of entries) {
        assert.deepEqual(applyAll(a, [one]), applyAll(b, [one]))
        assert.deepEqual(a.appliedZxid, { epoch: one.epoch, index: one.index }, 'a rejected command advances appliedZxid, too')
      }
      assert.deepEqual(context.view(a), context.view(b))
    },
  },
  {
    name: 'a query never throws and never changes the state',
    async check(context) {
      const machine = context.create()
      applyAll(machine, context.history())
      const before = context.view(machine)
      for (const request of [...context.options.queries, ...garbage(context.options.queries)]) {
        assert.ok(machine.query(request) instanceof Uint8Array)
      }
      assert.deepEqual(context.view(machine), before)
    },
  },
  {
    name: 'due and sizeEstimate can be asked at any time, and what is due can be applied',
    async check(context) {
      const machine = context.create()
      const empty = machine.sizeEstimate
      applyAll(machine, context.history())
      assert.ok(Number.isSafeInteger(empty) && empty >= 0 && Number.isSafeInteger(machine.sizeEstimate), 'the estimate is a whole number')
      assert.ok(machine.sizeEstimate >= empty, 'the estimate does not shrink by writing')
      const before = context.view(machine)
      const due = machine.due(4_102_444_800_000)
      assert.deepEqual(machine.due(4_102_444_800_000), due, 'asking twice gives the same')
      assert.deepEqual(context.view(machine), before, 'asking changes nothing')
      applyAll(
        machine,
        due.map((command, i) => entry(context.history().length + 1 + i, 'command', command)),
      )
    },
  },
]
