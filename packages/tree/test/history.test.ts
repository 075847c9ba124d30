import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { TreeEvent } from '@synod/interface/protocol'
import { expect, it } from 'vitest'
import { History } from '../dist/history.js'

it('the history lets go of what it has dropped', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const history = new History(1, 1_000_000)
  const held: WeakRef<readonly TreeEvent[]>[] = []
  for (let index = 1; index <= 100; index += 1) {
    const zxid = { epoch: 1, index }
    const events: readonly TreeEvent[] = [{ type: 'changed', path: `/${index}`, zxid }]
    held.push(new WeakRef(events))
    history.add({ zxid, events })
  }
  // A WeakRef keeps what it was made with to the end of the turn.
  await new Promise(setImmediate)
  collect()
  expect(held.filter((each) => each.deref() !== undefined).length).toBeLessThanOrEqual(2)
  expect([...history.after(99)].map(({ zxid }) => zxid.index)).toEqual([100])
})
