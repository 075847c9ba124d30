import type { FaultAction, InvariantContext, ObservedServer } from '@synod/sim'
import { protocolInvariants } from '@synod/sim'
import { describe, expect, it } from 'vitest'

/** Server 3 leads epoch 4 of three; two seconds without a fault have passed. */
function calm(): {
  readonly fault: (action: FaultAction) => void
  readonly promise: (epoch: number) => void
  readonly leads: (id: number) => void
} {
  const of = (id: number): ObservedServer => {
    const role = id === 3 ? { role: 'leading', strength: 'established' } : { role: 'following', strength: 'none' }
    return { id, isUp: true, core: { view: { ...role, leader: 3, leaderEpoch: 4, confirmed: true } } } as unknown as ObservedServer
  }
  const servers = [1, 2, 3].map(of)
  let now = 0
  const context = {
    servers,
    now: () => now,
    calmSince: () => 0,
    count: () => undefined,
    traits: { network: { peers: { maxMicros: 100 } }, disk: { syncMaxMicros: 100 }, process: { turnMicros: 10, timerLateMicros: 100 } },
    fail: (message: string): never => {
      throw new Error(message)
    },
  } as unknown as InvariantContext
  const checks = protocolInvariants.find(({ name }) => name === 'I30b')?.create(context)
  const [server] = servers
  if (!checks || !server) throw new Error('there is no I30b')
  checks.onStep?.(server)
  now = 2_000_000
  checks.onStep?.(server)
  return {
    leads: (id) => {
      Object.assign(servers[id - 1]?.core?.view ?? {}, { role: 'leading', strength: 'elected' })
      Object.assign(servers[2]?.core?.view ?? {}, { role: 'following', strength: 'none' })
    },
    fault: (action) => checks.onFault?.(action),
    promise: (epoch) => checks.onRecord?.(server, { kind: 'promise', epoch, candidate: 1, candidateIncarnation: 1 }),
  }
}

const pause = (stopClock: boolean): FaultAction => ({ at: 2_000_000, kind: 'pause', node: 'leader', forMicros: 1_000_000, stopClock })
const crash = (node: number): FaultAction => ({ at: 2_000_000, kind: 'crash', node, effects: 2, power: false, downMicros: 1000 })
const slowDisk = (node: number): FaultAction => ({ at: 2_000_000, kind: 'slow-disk', node, extraMicros: 400_000, forMicros: 1_000_000 })

describe('what faults out of a calm may cost (I30b)', () => {
  it.each([true, false])('two epochs when the leader is paused, its clock stopped: %s', (stopClock) => {
    const { fault, promise } = calm()
    fault(pause(stopClock))
    promise(6)
    expect(() => promise(7)).toThrow('2 more are enough')
  })

  it('two more when whoever leads by then is killed, and none more when another is', () => {
    for (const [killed, allowed] of [
      [1, 8],
      [2, 6],
    ] as const) {
      const { fault, promise, leads } = calm()
      fault(pause(true))
      leads(1)
      fault(crash(killed))
      promise(allowed)
      expect(() => promise(allowed + 1)).toThrow('more are enough')
    }
  })

  it('nothing when a follower has a slow disk', () => {
    const { fault, promise } = calm()
    fault(slowDisk(1))
    expect(() => promise(5)).toThrow('0 more are enough')
  })

  it('campaigns that give up before the promise of a slow disk comes, when it is needed: some, and not any number', () => {
    const { fault, promise } = calm()
    fault(pause(false))
    fault(slowDisk(1))
    promise(9)
    expect(() => promise(20)).toThrow('more are enough')
  })
})
