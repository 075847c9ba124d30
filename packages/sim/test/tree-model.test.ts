import { createSimulation, treeInvariants, type SimulationResult } from '@synod/sim'
import { createTree, type Tree } from '@synod/tree'
import { describe, expect, it } from 'vitest'

/** Everything as the tree has it, but for what `answer` makes of the answers. */
function wrong(tree: Tree, answer: (index: number, result: Uint8Array) => Uint8Array): Tree {
  return new Proxy(tree, {
    get: (target, name) => {
      if (name === 'apply') return (entry: Parameters<Tree['apply']>[0]) => answer(entry.index, target.apply(entry))
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value
    },
  })
}

function run(machine: () => Tree): Promise<SimulationResult> {
  return createSimulation({ seed: 5, clients: 2, faultsMs: 1_000, faults: [], stateMachine: machine, invariants: treeInvariants }).run()
}

describe('the model of the tree', () => {
  it('has nothing to say against the tree', async () => {
    expect((await run(() => createTree())).violation).toBeNull()
  })

  it('notices an answer that no tree would give', async () => {
    const closed = new Uint8Array([2])
    const { violation } = await run(() => wrong(createTree(), (index, result) => (index === 20 ? closed : result)))
    expect(violation?.message).toMatch(/^entry 20, .* the model /)
  })

  it('notices that servers answer differently', async () => {
    let trees = 0
    const machine = (): Tree => {
      trees += 1
      const own = trees
      return wrong(createTree(), (index, result) => (own === 2 && index === 20 ? new Uint8Array([5]) : result))
    }
    expect((await run(machine)).violation?.invariant).toBe('I21, I22')
  })
})
