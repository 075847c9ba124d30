import { transportContract } from '@synod/contract-tests'
import { createMemoryNetwork } from '@synod/memory'
import { describe, it } from 'vitest'
import { systemClock } from './system-clock.ts'

transportContract(
  { describe, it },
  {
    name: 'memory',
    queueBytesMax: 2 * 1024 * 1024,
    async create(ids) {
      const network = createMemoryNetwork({ clock: systemClock(), retryMicros: 5_000, queueBytesMax: 2 * 1024 * 1024 })
      const made = ids.map((id) => network.transport(id))
      return {
        transport(id) {
          const transport = network.transport(id)
          made.push(transport)
          return transport
        },
        async dispose() {
          for (const transport of made) await transport.stop()
        },
      }
    },
  },
)
