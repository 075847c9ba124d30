import { describe, expect, it } from 'vitest'
import { RandomStream } from '@synod/sim'
import { World } from '../dist/engine/world.js'
import { SimProcess } from '../dist/process/sim-process.js'
import { Stream } from '../dist/network/stream.js'
import { Network } from '../dist/network/network.js'

/** Two processes that throw a number to and fro over a bad link: nothing of the product, so that only the simulator can change its hash. */
async function pingPong(seed: bigint): Promise<string> {
  const world = new World(seed)
  const latency = { minMicros: 100, maxMicros: 9_000 }
  const network = new Network(world, { peers: latency, clients: latency, lossy: false })
  const traits = { rateErrorPpm: 137, turnMicros: 300, timerLateMicros: 4_000 }
  const [a, b] = ['1', '2'].map((name) => new SimProcess(world, name, { random: world.random(name), traits }))
  if (a === undefined || b === undefined) throw new Error('there are two')
  const there = new Stream(network, { from: '1', to: '2' }, (frame) => {
    take(b, back, frame)
  })
  const back = new Stream(network, { from: '2', to: '1' }, (frame) => {
    take(a, there, frame)
  })
  const take = (process: SimProcess, out: Stream, frame: Uint8Array): void => {
    process.run(() => {
      world.trace.number(process.clock.now())
      world.trace.bytes(frame)
      process.clock.setTimer(process.clock.now() + process.random.bytes(1).reduce((sum, byte) => sum + byte * 40, 0), () => {
        process.effect(() => {
          out.send(frame.map((byte, at) => byte + at))
        })
      })
    })
  }
  network.setFault('1', '2', { drop: 0.2, extraDelayMicros: 500, bandwidth: 20_000 })
  there.send(new RandomStream(seed, 'frame').bytes(64))
  world.scheduler.at(500_000, () => {
    a.pause(true)
  })
  world.scheduler.at(900_000, () => {
    a.resume()
  })
  await world.scheduler.run(3_000_000)
  return world.trace.hash
}

describe('the simulator by itself', () => {
  it.each([
    [1n, '223b07effec33a9b'],
    [0xfeed_face_cafe_beefn, '87646745ae23dcad'],
  ])('gives the hash that it gave on the machine where this was written (seed %s)', async (seed, hash) => {
    expect(await pingPong(seed)).toBe(hash)
  })
})
