// Three replicas in one process, no disk, no port: elect a leader, write, kill the leader, read what was written.
import { createClient, createClientService, createSystemClock, createSystemRandom, localDialer } from '@synod/client'
import type { ClientService } from '@synod/client'
import { createMemoryNetwork, createMemoryStorage } from '@synod/memory'
import { createReplica } from '@synod/replica'
import type { Replica } from '@synod/replica'
import { createTree } from '@synod/tree'

const clock = createSystemClock()
const random = createSystemRandom()
const network = createMemoryNetwork({ clock })
const voters = [1, 2, 3]
const replicas = new Map<number, Replica>()
const services = new Map<string, ClientService>()

// 1. A replica is a state machine, a transport and a storage. The tree is Synod's state machine.
for (const id of voters) {
  const tree = createTree()
  const transport = network.transport(id)
  const storage = createMemoryStorage()
  const replica = createReplica({ id, voters, transport, storage, stateMachine: tree, clock, random, endpoint: `local:${id}` })
  replicas.set(id, replica)
  services.set(`local:${id}`, createClientService({ replica, watches: tree, clock }))
}

// 2. Started, they form a cluster and elect the greatest (epoch, zxid, id) that a majority can see.
await Promise.all([...replicas.values()].map((replica) => replica.start()))
const first = await Promise.any([...replicas].map(([id, replica]) => replica.waitFor('established').then(() => id)))
console.log(`server ${first} leads epoch ${replicas.get(first)?.status().epoch}`)

// 3. A client takes any server, finds the leader, and keeps its session over failovers.
const client = createClient({ servers: [...services.keys()], dialer: localDialer(services, clock), clock, random })
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
await client.create('/greeting', text('hello'))
console.log(`written: ${new TextDecoder().decode((await client.get('/greeting')).data)}`)

// 4. Kill the leader; a majority is left, and it has every acknowledged write.
const survivors = [...replicas].filter(([id]) => id !== first)
const next = Promise.any(survivors.map(([id, replica]) => replica.waitFor('established').then(() => id)))
network.refuse(first)
services.get(`local:${first}`)?.close()
await replicas.get(first)?.stop({ graceful: false })
console.log(`server ${first} killed`)
const second = await next
console.log(`server ${second} leads epoch ${replicas.get(second)?.status().epoch}`)
await client.set('/greeting', text('hello again'))
console.log(`still there: ${new TextDecoder().decode((await client.get('/greeting')).data)}`)

await client.close()
await Promise.all(survivors.map(([, replica]) => replica.stop()))
