import type { Workload } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import { observer, Play } from './s31-s79-play.ts'

/** Holds an ephemeral node and does nothing: only pings keep its session. */
const holder: Workload = {
  name: 'holder',
  run: async ({ client, name, isOver, sleep, count }) => {
    await client.create(`/held-${name}`, new Uint8Array(), { ephemeral: true })
    count('sessions held')
    while (!isOver()) await sleep(100)
  },
}

describe('S53: a leader stands still for longer than a session lasts', () => {
  it.each([
    ['its process is stopped', false],
    ['its machine sleeps, clock included', true],
  ])('%s: when it is back it ends no session, others have led meanwhile', async (_, stopClock) => {
    const ended: number[] = []
    const watch = observer(({ server }) => {
      let open: readonly number[] = []
      return {
        onApply: ({ id }, _entry, first) => {
          if (!first) return
          const now = Array.from(server(id).state?.sessions() ?? [], (session) => session.id)
          for (const each of open) if (!now.includes(each)) ended.push(each)
          open = now
        },
      }
    })
    const play = new Play({ clients: 4, workloads: [holder], invariants: [watch] })
    const { simulation } = play
    const { sessionTimeoutMs } = simulation.traits
    simulation.start()
    await play.until(
      'all clients have sessions',
      () => simulation.world.coverage.toObject()['sessions held'] === 4 && play.leader?.id === 3,
    )
    const ids = simulation.clients.map(({ sessionId }) => sessionId)
    const old = play.leader
    play.strike()
    old?.process?.pause(stopClock)
    await play.until('another leads', () => play.leader !== null && play.leader !== old)
    const next = play.leader
    await play.pass(2 * sessionTimeoutMs)
    expect(old?.core?.view.role).toBe('leading')
    old?.process?.resume()
    await play.until('the old one follows', () => old?.core?.view.role === 'following')
    await play.pass(3 * sessionTimeoutMs)
    expect(ended).toEqual([])
    expect(play.leader).toBe(next)
    expect(simulation.clients.map(({ sessionId, held }) => ({ sessionId, held }))).toEqual(
      ids.map((sessionId) => ({ sessionId, held: true })),
    )
  })
})
