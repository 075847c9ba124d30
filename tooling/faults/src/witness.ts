import type { Report } from './composed-config.ts'
import { DirectClient } from './direct-client.ts'
import type { TestCluster } from './test-cluster.ts'

/** What must not change while strangers try their luck. */
export type State = Pick<Report, 'role' | 'strength' | 'epoch' | 'leader' | 'commitIndex' | 'applied' | 'hash'>

/** State of every server that runs, in the order of their ids. */
export async function stateOf(cluster: TestCluster): Promise<State[]> {
  const running = cluster.servers.filter((server) => server.running)
  return await Promise.all(
    running.map(async (server) => {
      const { role, strength, epoch, leader, commitIndex, applied, hash } = await server.ask()
      return { role, strength, epoch, leader, commitIndex, applied, hash }
    }),
  )
}

/** A connection to every running server that was open before, to see that it is not disturbed. */
export class Witness {
  readonly #clients: readonly DirectClient[]

  private constructor(clients: readonly DirectClient[]) {
    this.#clients = clients
  }

  static async of(cluster: TestCluster): Promise<Witness> {
    const running = cluster.servers.filter((server) => server.running)
    return new Witness(await Promise.all(running.map((server) => DirectClient.to(server))))
  }

  /** Reads through every connection; rejects when one was closed. */
  async read(path: string): Promise<string[]> {
    return await Promise.all(this.#clients.map((client) => client.text(path)))
  }
}
