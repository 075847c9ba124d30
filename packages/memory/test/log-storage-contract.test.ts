import { logStorageContract } from '@synod/contract-tests'
import { createMemoryStorage } from '@synod/memory'
import { describe, it } from 'vitest'

logStorageContract(
  { describe, it },
  {
    name: 'memory',
    async create() {
      const storage = createMemoryStorage()
      return { storage: () => storage, memory: storage, dispose: () => storage.close() }
    },
    async losePower(place) {
      place.memory.powerLoss()
    },
    async failWrites(place) {
      place.memory.fail(new Error('no space left on device'))
    },
  },
)
