import { createServer } from 'node:net'
import { CliError, exitCodes } from '../exit-codes.ts'
import { clientOffset } from './settings.ts'

/** Ports of one server. */
export interface ServerPorts {
  readonly peer: number
  readonly client: number
}

const host = '127.0.0.1'

/** The ports of servers 1 to `count` above a base. */
export function portsAbove(basePort: number, count: number): ServerPorts[] {
  return Array.from({ length: count }, (_, index) => ({ peer: basePort + index + 1, client: basePort + clientOffset + index + 1 }))
}

/** Those of the base, checked to be free; or, for base 0, those of a free block. Throws with every port that is in use, and the way out. */
export async function choosePorts(basePort: number, count: number): Promise<ServerPorts[]> {
  if (basePort === 0) return await freeBlock(count)
  const ports = portsAbove(basePort, count)
  const busy = await busyPorts(ports)
  if (busy.length === 0) return ports
  throw new CliError(
    exitCodes.portInUse,
    `${busy.length === 1 ? 'port' : 'ports'} ${busy.join(', ')} of ${host} ${busy.length === 1 ? 'is' : 'are'} in use, maybe by another "synod dev". ` +
      'Stop what uses them, or choose others with --base-port, such as --base-port 7500 (0 finds free ones)',
  )
}

/** Blocks below the range from which systems take ports for outgoing connections: what is free there stays free. */
async function freeBlock(count: number): Promise<ServerPorts[]> {
  for (let tries = 0; tries < 100; tries += 1) {
    const ports = portsAbove(10_000 + 20 * Math.floor(Math.random() * 1_000), count)
    if ((await busyPorts(ports)).length === 0) return ports
  }
  throw new CliError(exitCodes.portInUse, 'no free block of ports was found; name one with --base-port')
}

async function busyPorts(ports: readonly ServerPorts[]): Promise<number[]> {
  const all = ports.flatMap(({ peer, client }) => [peer, client]).sort((a, b) => a - b)
  const free = await Promise.all(all.map(isFree))
  return all.filter((_, index) => free[index] !== true)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
