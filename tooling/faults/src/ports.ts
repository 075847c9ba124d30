import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Server } from 'node:net'

/** Below those that systems give to outgoing connections and to whoever asks for any port (Linux from 32768 on, others from 49152 on). */
const range = { from: 15_000, to: 32_000 }

/**
 * Ports of the loopback that were free a moment ago. No connection and no relay that takes any port gets one of them by chance, also
 * while the server that they are meant for is down.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>()
  while (held.size < count) {
    const port = range.from + Math.floor(Math.random() * (range.to - range.from))
    if (held.has(port)) continue
    const server = createServer().listen(port, '127.0.0.1')
    if (
      await once(server, 'listening').then(
        () => true,
        () => false,
      )
    )
      held.set(port, server)
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))))
  return [...held.keys()]
}
