import { describe, expect, it } from 'vitest'
import { Play, type Edge } from './s31-s79-play.ts'

interface Traffic {
  sent: number
  received: number
}

/** Counts frames of a direction on both sides of the network. */
function count(play: Play, [from, to]: Edge): Traffic {
  const traffic = { sent: 0, received: 0 }
  const [source, target] = [play.server(from).transport, play.server(to).transport]
  if (source === null || target === null) throw new Error('both must run')
  const [send, receive] = [source.send.bind(source), target.receive.bind(target)]
  source.send = (peer, frame, lane) => {
    if (peer === to) traffic.sent += 1
    send(peer, frame, lane)
  }
  target.receive = (link, peer, frame) => {
    if (peer === from) traffic.received += 1
    receive(link, peer, frame)
  }
  return traffic
}

describe('S67: half of the frames of one follower are lost, one way', () => {
  it.each([
    [
      'those that it sends',
      [
        [1, 2],
        [1, 3],
      ],
    ],
    [
      'those that it is sent',
      [
        [2, 1],
        [3, 1],
      ],
    ],
  ] as const)('%s: the leader stays, no epoch is spent, the clients of the others do not wait', { timeout: 60_000 }, async (_, edges) => {
    const play = await new Play({ lossy: true, clients: 3 }).form()
    const { leader, promises } = play
    for (const [from, to] of edges) play.simulation.cluster.network.setFault(String(from), String(to), { drop: 0.5 })
    const traffic = count(play, edges[1])
    const before = play.acknowledged
    await play.pass(10_000)
    expect(traffic.received / traffic.sent, 'share of frames that arrive').toBeLessThan(0.6)
    expect(traffic.sent).toBeGreaterThan(150)
    expect(play.leader).toBe(leader)
    expect(play.promises).toEqual(promises)
    expect(play.acknowledged - before).toBeGreaterThan(400)
    play.heal()
    await play.pass(2_000)
    expect(play.promises).toEqual(promises)
    await play.settle()
  })
})
