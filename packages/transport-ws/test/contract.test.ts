import type { Transport } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { transportContract } from '@synod/contract-tests'
import { createWsTransport } from '@synod/transport-ws'
import { describe, it } from 'vitest'
import { clock, freePort, random } from './servers.ts'

/** Far more than the kernel's buffers of one connection take in one turn. */
const queueBytesMax = 8 * 1024 * 1024

transportContract(
  { describe, it },
  {
    name: 'transport-ws',
    timeoutMs: 15_000,
    queueBytesMax,
    async create(ids) {
      const ports = new Map<NodeId, number>()
      for (const id of ids) ports.set(id, await freePort())
      const peers = Object.fromEntries([...ports].map(([id, port]) => [id, `ws://127.0.0.1:${port}`]))
      const made: Transport[] = []
      return {
        transport(id) {
          const listen = { host: '127.0.0.1', port: ports.get(id) ?? 0 }
          const transport = createWsTransport({ id, listen, peers, queueBytesMax, frameBytesMax: 1024 * 1024, clock, random })
          made.push(transport)
          return transport
        },
        async dispose() {
          await Promise.all(made.map((transport) => transport.stop()))
        },
      }
    },
  },
)
