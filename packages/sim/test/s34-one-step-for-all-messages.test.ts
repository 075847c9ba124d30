import { ElectionCore, type CoreEvent, type Effects } from '@synod/election-core'
import type { PeerBody } from '@synod/interface/protocol'
import { createSimulation } from '@synod/sim'
import { decodePeerFrame } from '@synod/wire'
import { afterEach, describe, expect, it } from 'vitest'

/** A message of the core, by who sent it and which one it was. */
interface Arrived {
  readonly name: string
  readonly type: PeerBody['type']
}

const ofReplica: readonly string[] = ['forward', 'forwarded', 'touch', 'touched', 'announce']
const ownStep = Reflect.get(ElectionCore.prototype, 'step')

afterEach(() => {
  ElectionCore.prototype.step = ownStep
})

/** Stands between the replicas and their cores. */
class Guard {
  readonly stepped: Map<number, Arrived[]> = new Map()
  readonly problems: string[] = []
  /** What else a server took in within the instant in which it learnt, while it led, of a later epoch. */
  readonly surprises: Set<string> = new Set()
  readonly #surprisedAt: WeakMap<ElectionCore, number> = new WeakMap()
  readonly #left: WeakMap<ElectionCore, string> = new WeakMap()
  #inside = 0

  constructor() {
    const take = (core: ElectionCore, now: number, event: CoreEvent): Effects => {
      if (event.type === 'message') this.#note(core, now, event)
      return this.#step(core, () => ownStep.call(core, now, event))
    }
    ElectionCore.prototype.step = function step(now, event) {
      return take(this, now, event)
    }
  }

  #step<T>(core: ElectionCore, run: () => T): T {
    const { id } = core.view.member
    if (this.#inside > 0) this.problems.push(`server ${id}: a step within a step`)
    const left = this.#left.get(core)
    if (left !== undefined && left !== JSON.stringify(core.view)) this.problems.push(`server ${id}: something changed outside of a step`)
    this.#inside += 1
    try {
      return run()
    } finally {
      this.#inside -= 1
      this.#left.set(core, JSON.stringify(core.view))
    }
  }

  #note(core: ElectionCore, now: number, event: Extract<CoreEvent, { type: 'message' }>): void {
    const { view } = core
    const { body, sequence } = event.message
    const name = `${event.from.id}/${event.fromIncarnation} ${sequence}`
    const stepped = this.stepped.get(view.member.id) ?? []
    stepped.push({ name, type: body.type })
    this.stepped.set(view.member.id, stepped)
    const epoch = body.type === 'append' || body.type === 'newEpoch' ? body.epoch : 0
    if (view.role === 'leading' && epoch > view.leaderEpoch) this.#surprisedAt.set(core, now)
    else if (this.#surprisedAt.get(core) === now) this.surprises.add(body.type)
  }
}

describe('S34: heartbeats, votes and everything else of a peer go through one step, one after the other, in the order of their arrival', () => {
  it.each([1, 3])('while leaders stand still and come back to news of others (seed %i)', { timeout: 60_000 }, async (seed) => {
    const guard = new Guard()
    const arrived = new Map<number, Arrived[]>()
    const simulation = createSimulation({ seed, clients: 2, faultsMs: 0 })
    simulation.start()
    for (const { id, transport } of simulation.cluster.servers) {
      const receive = transport?.receive.bind(transport)
      const list: Arrived[] = []
      arrived.set(id, list)
      if (transport === null || receive === undefined) throw new Error('all run')
      transport.receive = (link, from, frame) => {
        transport.process.run(() => {
          const decoded = decodePeerFrame(frame)
          if (!decoded.ok) throw new Error(decoded.reason)
          for (const { body, sequence } of decoded.value.messages) {
            if (ofReplica.includes(body.type)) continue
            list.push({ name: `${from}/${decoded.value.fromIncarnation} ${sequence}`, type: body.type })
          }
        })
        receive(link, from, frame)
      }
    }
    expect(await simulation.advance(20_000, () => simulation.cluster.converged())).toBe(true)
    for (let round = 0; round < 8; round += 1) {
      const leader = simulation.cluster.leader()
      simulation.nemesis.done += 1
      leader?.process?.pause(false)
      await simulation.advance(300 + 40 * round)
      leader?.process?.resume()
      await simulation.advance(500)
    }
    expect(guard.problems).toEqual([])
    for (const { id } of simulation.cluster.servers) {
      const stepped = guard.stepped.get(id) ?? []
      const names = new Set(stepped.map(({ name }) => name))
      expect(stepped.length).toBeGreaterThan(500)
      expect(stepped).toEqual((arrived.get(id) ?? []).filter(({ name }) => names.has(name)))
    }
    expect([...guard.surprises]).toEqual(expect.arrayContaining(['append', 'status']))
    await simulation.settle()
  })
})
