import { createSystemClock } from '@synod/client'
import type { CoordinationPlace } from '@synod/contract-tests'
import type { CoordinationClient } from '@synod/interface/coordination'
import { singleServer } from '../../src/single-server.ts'

/** Real clients, the real server half and the real tree over one replica that commits alone, on real time. */
export interface SinglePlace extends CoordinationPlace {
  interrupt(client: CoordinationClient): Promise<void>
  /** The server is gone for this client, and ends its session when its full time is over, as a leader does. */
  isolate(client: CoordinationClient): Promise<void>
}

export async function singlePlace(): Promise<SinglePlace> {
  const server = singleServer(createSystemClock())
  const timers: NodeJS.Timeout[] = []
  return {
    client: async (options = {}) => server.connect(options),
    interrupt: async (client) => {
      server.cutOff(client)
      server.restore(client)
    },
    isolate: async (client) => {
      server.cutOff(client)
      const { id, timeoutMs } = client.session
      timers.push(setTimeout(() => server.replica.expire(id), timeoutMs))
    },
    dispose: async () => {
      for (const timer of timers) clearTimeout(timer)
      await server.close()
    },
  }
}
