import { coordinationClientContract } from '@synod/contract-tests'
import { describe, it } from 'vitest'
import { singlePlace } from './single-place.ts'

coordinationClientContract(
  { describe, it },
  {
    name: '@synod/client at one server',
    create: singlePlace,
    interrupt: (place, client) => place.interrupt(client),
    isolate: (place, client) => place.isolate(client),
  },
)
