import { logStorageContract, stateMachineContract, transportContract } from '@synod/contract-tests'
import type { SuiteRunner } from '@synod/contract-tests'
import type { Transport } from '@synod/interface'
import type { NodeId, StateMachine } from '@synod/interface/protocol'
import { createMemoryNetwork, createMemoryStorage } from '@synod/memory'
import { describe, it } from 'vitest'
import { testMutants } from './mutants/collect.ts'
import { machineMutants } from './mutants/machines.ts'
import { faulty as faultyStorage, storageMutants } from './mutants/storages.ts'
import { faulty as faultyTransport, transportMutants } from './mutants/transports.ts'
import { encode, RegisterMachine } from './register-machine.ts'
import { systemClock } from './system-clock.ts'

testMutants('the transport', transportMutants, (runner, { fault, queueBytesMax = 1024 * 1024 }) =>
  transportContract(runner, {
    name: 'a mutant',
    queueBytesMax: 1024 * 1024,
    timeoutMs: 300,
    async create(ids) {
      const network = createMemoryNetwork({ clock: systemClock(), retryMicros: 5_000, queueBytesMax })
      const made: Transport[] = ids.map((id) => network.transport(id))
      const lives = new Map<NodeId, number>()
      return {
        transport(id) {
          const inner = network.transport(id)
          made.push(inner)
          lives.set(id, (lives.get(id) ?? 0) + 1)
          return faultyTransport(inner, fault(inner, lives.get(id) ?? 0))
        },
        async dispose() {
          for (const transport of made) await transport.stop()
        },
      }
    },
  }),
)

testMutants('the storage', storageMutants, (runner, fault) =>
  logStorageContract(runner, {
    name: 'a mutant',
    async create() {
      const memory = createMemoryStorage()
      const storage = faultyStorage(memory, fault)
      return { storage: () => storage, memory, dispose: () => memory.close() }
    },
    losePower: async ({ memory }) => memory.powerLoss(),
    failWrites: async ({ memory }) => memory.fail(new Error('no space left on device')),
  }),
)

function registerContract(runner: SuiteRunner, create: () => StateMachine): void {
  stateMachineContract(runner, {
    name: 'registers',
    create,
    commands: [
      ...['a', 'b', 'a', 'c'].map((key, i) => encode({ op: 'set', key, value: `value ${i}` })),
      encode({ op: 'open' }),
      encode({ op: 'open' }),
      encode({ op: 'expire', id: 6, touchCount: 1 }),
      encode({ op: 'expire', id: 7, touchCount: 5 }),
      encode({ op: 'nonsense' }),
      encode({ op: 'set', key: 'd', value: '' }),
    ],
    queries: ['a', 'b', 'c', 'd', 'asked', 'missing'].map((key) => encode({ op: 'get', key })),
    openSession: encode({ op: 'open' }),
  })
}

testMutants('the state machine', machineMutants, registerContract)
registerContract({ describe, it }, () => new RegisterMachine())
