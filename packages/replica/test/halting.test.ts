import { channel } from 'node:diagnostics_channel'
import type { Lane, Transport } from '@synod/interface'
import { createMemoryNetwork, createMemoryStorage } from '@synod/memory'
import { createReplica, type ReplicaDiagnostics } from '@synod/replica'
import { decodePeerFrame, encodePeerFrame } from '@synod/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { Cluster, put, submit } from './support/cluster.ts'
import { realClock, realRandom, until } from './support/environment.ts'
import { KvMachine, kvSet } from './support/kv-machine.ts'

let cluster: Cluster

afterEach(async () => {
  await cluster.stop()
})

describe('a broken rule', () => {
  it('of the state machine halts that replica, with the events that led to it', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const follower = await cluster.follower()
    follower.machine.apply = () => {
      throw new Error('a poison entry')
    }
    await put(leader, 'k', 'v')
    await until(() => follower.replica.halted !== null)
    expect(follower.replica.halted?.code).toBe('SYNOD_INVARIANT')
    expect(follower.replica.halted?.message).toContain('a poison entry')
    expect(follower.replica.lastEvents().some((line) => line.includes(`from ${leader.id}/1: append`))).toBe(true)
    expect(follower.replica.lastEvents().length).toBeLessThanOrEqual(200)
    await put(leader, 'k', 'w')
  })

  it('of the protocol, an old copy of a store, halts the one that uses it', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    await put(leader, 'k', 'v')
    const victim = await cluster.follower()
    await cluster.crash(victim.id)
    const copy = await victim.storage.open({ clusterName: 'default', id: victim.id })
    await victim.storage.close()
    await cluster.restart(victim.id)
    await cluster.leader()
    await cluster.crash(victim.id)
    await cluster.restart(victim.id)
    await cluster.leader()
    await cluster.crash(victim.id)
    const { storage } = victim
    const open = storage.open.bind(storage)
    storage.open = async (owner) => {
      await open(owner)
      return copy
    }
    storage.append = async () => undefined
    await cluster.restart(victim.id)
    await until(() => victim.replica.halted !== null)
    expect(victim.replica.halted?.code).toBe('SYNOD_STORAGE_CORRUPT')
    expect(victim.replica.halted?.message).toContain('older copy')
  })
})

describe('frames that cannot be understood', () => {
  it('close their connection, are counted, and change nothing else', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const follower = await cluster.follower()
    const seen: ReplicaDiagnostics['synod:replica:bad-frame'][] = []
    const listen = (message: unknown): void => {
      seen.push(message as ReplicaDiagnostics['synod:replica:bad-frame'])
    }
    channel('synod:replica:bad-frame').subscribe(listen)
    cluster.transportOf(follower.id).send(leader.id, new Uint8Array([1, 2, 3]), 'control')
    await until(() => seen.length > 0)
    channel('synod:replica:bad-frame').unsubscribe(listen)
    expect(seen[0]).toMatchObject({ id: leader.id, peer: follower.id, count: 1 })
    await put(follower, 'k', 'v')
    await cluster.converged()
  })

  it('of somebody who says to be another are refused', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const follower = await cluster.follower()
    const seen: string[] = []
    const listen = (message: unknown): void => {
      seen.push((message as { readonly reason: string }).reason)
    }
    channel('synod:replica:bad-frame').subscribe(listen)
    const { clusterId } = leader.replica.status()
    const from = { id: leader.id, instance: 1 }
    const frame = encodePeerFrame({ clusterId, generation: 0, from, fromIncarnation: 1, to: leader.id, configIndex: 0, messages: [] })
    cluster.transportOf(follower.id).send(leader.id, frame, 'control')
    await until(() => seen.length > 0)
    channel('synod:replica:bad-frame').unsubscribe(listen)
    expect(seen).toEqual([`says that it is from ${leader.id}`])
  })
})

describe('a turn of the event loop', () => {
  it('takes one batch to the disk and one frame to each peer, whatever it holds', async () => {
    cluster = new Cluster(1)
    const network = createMemoryNetwork({ clock: realClock })
    const frames: (readonly string[])[] = []
    const replicas = [1, 2, 3].map((id) => {
      const transport = network.transport(id)
      return createReplica({
        id,
        voters: [1, 2, 3],
        transport: watched(transport, (types) => {
          frames.push(types)
        }),
        storage: createMemoryStorage(),
        stateMachine: new KvMachine(),
        clock: realClock,
        random: realRandom,
      })
    })
    await Promise.all(replicas.map((replica) => replica.start()))
    await Promise.race(replicas.map((replica) => replica.waitFor('established')))
    const leader = replicas.find((replica) => replica.status().strength === 'established')
    if (leader === undefined) throw new Error('there is no leader')
    frames.length = 0
    const server = { ...cluster.server(1), replica: leader }
    await Promise.all(Array.from({ length: 200 }, (_, at) => submit(server, kvSet('k', String(at)))))
    const withEntries = frames.filter((types) => types.includes('append:200'))
    expect(withEntries.length).toBe(2)
    for (const replica of replicas) await replica.stop()
  })
})

/** Tells the kinds of messages in every frame that is sent. */
function watched(transport: Transport, seen: (types: readonly string[]) => void): Transport {
  const send = transport.send.bind(transport)
  transport.send = (to: number, frame: Uint8Array, lane: Lane) => {
    const decoded = decodePeerFrame(frame)
    if (decoded.ok) seen(decoded.value.messages.map(({ body }) => ('entries' in body ? `${body.type}:${body.entries.length}` : body.type)))
    send(to, frame, lane)
  }
  return transport
}
