import { describe, expect, it } from 'vitest'
import { convergeMs, Play, type Edge } from './s31-s79-play.ts'

/** Longest time for which nothing may change once there is a leader. */
const restMs = 8_000

interface Graph {
  readonly title: string
  readonly nodes: number
  /** The edges that are left. The greatest server leads when the others go. */
  readonly left: readonly Edge[]
  /** Misses the last entries, if there is lag: it has the links. */
  readonly hub: number
  /** Who has a quorum then. A leader who has one must stay, unless it fell silent before. */
  readonly leaders: readonly number[]
}

/** Each of the five is cut into this graph while it works. */
const graphs: readonly Graph[] = [
  {
    title: 'S66, quorum loss: the leader lives and reaches one server only, which reaches all',
    nodes: 5,
    left: [
      [1, 2],
      [1, 3],
      [1, 4],
      [1, 5],
    ],
    hub: 1,
    leaders: [1],
  },
  {
    title: 'S66, constrained election: the leader is away, the others reach one only',
    nodes: 5,
    left: [
      [1, 2],
      [1, 3],
      [1, 4],
    ],
    hub: 1,
    leaders: [1],
  },
  {
    title: 'S66, chained: a line with the leader at its end',
    nodes: 3,
    left: [
      [1, 2],
      [1, 3],
    ],
    hub: 1,
    leaders: [1, 2, 3],
  },
  {
    title: 'S65: two of five hang on one follower each',
    nodes: 5,
    left: [
      [1, 2],
      [1, 3],
      [2, 3],
      [4, 2],
      [5, 3],
    ],
    hub: 2,
    leaders: [2, 3],
  },
  {
    title: 'S69, bridge: two halves that have one server in common',
    nodes: 5,
    left: [
      [1, 2],
      [4, 5],
      [1, 3],
      [2, 3],
      [3, 4],
      [3, 5],
    ],
    hub: 3,
    leaders: [1, 2, 3, 4, 5],
  },
]

describe.each(graphs)('$title', ({ nodes, left, hub, leaders }) => {
  it.each([false, true])(
    'has one leader within the bound, who stays; the server with the links lags: %s',
    { timeout: 60_000 },
    async (lags) => {
      const play = await new Play({ nodes }).form()
      const first = play.leader
      const epochBefore = Math.max(...play.promises)
      if (lags) {
        play.cut([hub, nodes])
        for (let at = 0; at < 5; at += 1) first?.replica?.submit(Uint8Array.of(at), () => undefined)
        await play.pass(20)
      }
      const hubIsLongest = (): boolean => play.servers.every(({ disk }) => disk.last.index <= (play.servers[hub - 1]?.disk.last.index ?? 0))
      // Writes go on; at most moments one server or another is an entry ahead.
      if (!lags) await play.until('the hub has the longest log', hubIsLongest)
      play.leaveOnly(...left)
      expect(hubIsLongest(), 'the hub has the longest log').toBe(!lags)
      const acknowledged = play.acknowledged
      await play.pass(1_500)
      await play.until('a leader that takes writes', () => play.leader !== null && play.acknowledged > acknowledged + 5, convergeMs - 1_500)
      const { leader } = play
      expect(leaders).toContain(leader?.id)
      if (!leaders.includes(nodes)) expect(leader).not.toBe(first)
      else if (!lags) expect({ leader, epoch: Math.max(...play.promises) }).toEqual({ leader: first, epoch: epochBefore })

      await play.pass(2_000)
      const promises = play.promises
      const before = play.acknowledged
      await play.pass(restMs)
      expect(play.promises, 'promises while nothing changes').toEqual(promises)
      expect(play.leader).toBe(leader)
      expect(play.acknowledged - before).toBeGreaterThan(50)
      expect(Math.max(...play.promises) - epochBefore, 'epochs that the partition has cost').toBeLessThanOrEqual(2)
      await play.settle()
    },
  )
})

describe('S64: one edge of three is cut, as at Cloudflare in 2020', () => {
  it.each([
    ['between the leader and a follower', [1, 3]],
    ['between the followers', [1, 2]],
  ] as const)('%s: nobody promises anything, work goes on, and healing changes nothing', { timeout: 60_000 }, async (_, edge) => {
    const play = await new Play().form()
    const { leader, promises } = play
    play.cut(edge)
    await play.pass(3_000)
    const cutOff = play.server(edge[0])
    expect(cutOff.core?.view.role).toBe(edge[1] === 3 ? 'relayed' : 'following')
    const before = play.acknowledged
    await play.pass(20_000)
    expect(play.acknowledged - before).toBeGreaterThan(200)
    play.heal()
    await play.until('it follows', () => cutOff.core?.view.role === 'following')
    await play.pass(2_000)
    expect(play.leader).toBe(leader)
    expect(play.promises).toEqual(promises)
    await play.settle()
  })
})
