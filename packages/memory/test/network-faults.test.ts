import type { Transport } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { createMemoryNetwork } from '@synod/memory'
import type { MemoryNetwork } from '@synod/memory'
import { describe, expect, it } from 'vitest'
import { SteppedClock } from './stepped-clock.ts'

const text = (frame: Uint8Array): string => new TextDecoder().decode(frame)

/** Servers on one network, each with a list of what it was told. */
class World {
  readonly clock: SteppedClock = new SteppedClock()
  readonly network: MemoryNetwork = createMemoryNetwork({ clock: this.clock, retryMicros: 1000, queueBytesMax: 1000 })
  readonly told: Map<NodeId, string[]> = new Map()
  readonly transports: Map<NodeId, Transport> = new Map()

  async start(id: NodeId, incarnation = 1): Promise<Transport> {
    const transport = this.network.transport(id)
    const told: string[] = this.told.get(id) ?? []
    this.told.set(id, told)
    this.transports.set(id, transport)
    await transport.start(() => ({ id, incarnation, clusterName: 'test', clusterId: '' }), {
      onFrame: (from, frame) => void told.push(`${text(frame)} from ${from}`),
      onOpened: (peer, life) => void told.push(`opened ${peer}/${life}`),
      onClosed: (peer, life) => void told.push(`closed ${peer}/${life}`),
      onRefused: (peer) => void told.push(`refused ${peer}`),
      onRejected: (peer, error) => void told.push(`rejected ${peer} ${error.code}`),
    })
    return transport
  }

  send(from: NodeId, to: NodeId, what: string): void {
    this.transports.get(from)?.send(to, new TextEncoder().encode(what), what === 'chunk' ? 'bulk' : 'control')
  }

  /** What a server was told since the last time. */
  news(id: NodeId): string[] {
    return this.told.get(id)?.splice(0) ?? []
  }
}

async function world(...ids: NodeId[]): Promise<World> {
  const made = new World()
  for (const id of ids) await made.start(id)
  made.clock.settle()
  for (const id of ids) made.news(id)
  return made
}

describe('the network in memory', () => {
  it('delivers in the next turn, never at once, and bulk after everything else', async () => {
    const w = await world(1, 2)
    w.send(1, 2, 'chunk')
    w.send(1, 2, 'heartbeat')
    expect(w.news(2)).toEqual([])
    w.clock.settle()
    expect(w.news(2)).toEqual(['heartbeat from 1', 'chunk from 1'])
  })

  it('swallows one direction of a link without a sign, until it is healed', async () => {
    const w = await world(1, 2)
    w.network.cut(1, 2)
    w.send(1, 2, 'lost')
    w.send(2, 1, 'kept')
    w.clock.pass(10_000)
    expect([w.news(1), w.news(2)]).toEqual([['kept from 2'], []])
    w.network.heal()
    w.send(1, 2, 'again')
    w.clock.settle()
    expect([w.news(1), w.news(2)]).toEqual([[], ['again from 1']])
  })

  it('swallows what was under way when the link was cut', async () => {
    const w = await world(1, 2)
    w.send(1, 2, 'late')
    w.network.cut(1, 2)
    w.clock.pass(10_000)
    expect(w.news(2)).toEqual([])
  })

  it('swallows the news of a death behind a cut, and tells it when the next life connects', async () => {
    const w = await world(1, 2)
    w.network.cut(1, 2)
    await w.transports.get(1)?.stop()
    w.clock.pass(10_000)
    expect(w.news(2)).toEqual([])
    await w.start(1, 2)
    w.network.heal()
    w.clock.pass(10_000)
    expect(w.news(2)).toEqual(['closed 1/1', 'opened 1/2'])
  })

  it('brings no connection about across a cut, in either direction', async () => {
    const w = await world(1, 2)
    w.network.cut(2, 1)
    w.network.close(1, 2)
    w.clock.pass(10_000)
    expect(w.news(1)).toEqual(['closed 2/1'])
    w.network.heal()
    w.clock.pass(10_000)
    expect(w.news(1)).toEqual(['opened 2/1'])
    expect(w.news(2)).toEqual(['closed 1/1', 'opened 1/1'])
  })

  it('opens a connection anew that was closed, and drops what was under way on the old one', async () => {
    const w = await world(1, 2)
    w.send(1, 2, 'old')
    w.network.close(1, 2)
    w.clock.settle()
    expect(w.news(1)).toEqual(['closed 2/1', 'opened 2/1'])
    expect(w.news(2)).toEqual(['closed 1/1', 'opened 1/1'])
  })

  it('lets a server refuse as if its process were dead, try for try', async () => {
    const w = await world(1, 2, 3)
    w.network.refuse(3)
    w.clock.pass(2500)
    expect(w.news(1)).toEqual(['closed 3/1', 'refused 3', 'refused 3', 'refused 3'])
    expect(w.news(3)).toEqual(['closed 1/1', 'closed 2/1'])
    w.network.heal()
    w.clock.pass(2000)
    expect(w.news(1)).toEqual(['opened 3/1'])
  })

  it('drops and counts what exceeds the queue', async () => {
    const w = await world(1, 2)
    for (let i = 0; i < 5; i += 1) w.send(1, 2, 'x'.repeat(300))
    w.send(1, 9, 'nobody')
    w.clock.settle()
    expect(w.news(2)).toHaveLength(3)
    expect(w.transports.get(1)?.stats()).toMatchObject({ framesSent: 3, bytesSent: 900, framesDropped: 3 })
    expect(w.transports.get(2)?.stats()).toMatchObject({ framesReceived: 3, bytesReceived: 900 })
  })

  it('runs the same way every time', async () => {
    const run = async (): Promise<string[]> => {
      const w = await world(1, 2, 3)
      w.network.cut(1, 3)
      w.send(2, 1, 'a')
      w.network.refuse(2)
      w.clock.pass(3000)
      w.network.heal()
      w.clock.pass(3000)
      return [1, 2, 3].flatMap((id) => w.news(id))
    }
    expect(await run()).toEqual(await run())
  })
})
