import { createServer } from 'node:net'

/** Below where the system takes the ports of outgoing connections from, so that none of these takes one between the search and its use. */
const lowest = 18_000
const highest = 30_000

/** So many different ports of the loopback address that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = []
  while (found.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (!found.includes(port) && (await isFree(port))) found.push(port)
  }
  return found
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
