import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '@tooling/faults/src/server-process.ts'
import type { ChaosCluster } from './cluster.ts'
import type { Recording, Sample } from './recording.ts'

/** Between two statuses of one server, for each server that there is: hashing a state takes its time. */
const intervalMsPerServer = 50

/** Asks every server for its status all the time, past the relays, and records what it says. */
export class Observer {
  readonly #cluster: ChaosCluster
  readonly #recording: Recording
  readonly #stop = new AbortController()
  readonly #running: Promise<unknown>
  readonly #last = new Map<number, Sample>()
  readonly #intervalMs: number

  constructor(cluster: ChaosCluster, recording: Recording) {
    this.#cluster = cluster
    this.#recording = recording
    this.#intervalMs = intervalMsPerServer * cluster.ids.length
    this.#running = Promise.all(cluster.servers.map((server) => this.#ask(server)))
  }

  /** Who leads with the greatest epoch, as of the last answers. */
  get leader(): number | null {
    const leaders = [...this.#last.values()].filter(({ said }) => said?.role === 'leading' && said.strength !== 'none')
    return leaders.sort((a, b) => (b.said?.epoch ?? 0) - (a.said?.epoch ?? 0))[0]?.server ?? null
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /**
   * Waits until all servers say that they have applied the same position, twice in a row. False when that does not come about: then the
   * last answers tell why.
   */
  async converged(patienceMs: number): Promise<boolean> {
    const end = this.#recording.now() + patienceMs
    let before = ''
    while (this.#recording.now() < end) {
      await sleep(3 * this.#intervalMs)
      const positions = this.#cluster.ids.map((id) => this.#last.get(id)?.said?.applied)
      const now =
        positions.includes(undefined) || new Set(positions.map((one) => JSON.stringify(one))).size > 1 ? '' : JSON.stringify(positions[0])
      if (now !== '' && now === before) return true
      before = now
    }
    return false
  }

  /** What each server said last, in words. */
  describe(): string {
    return [...this.#last.values()].map(({ server, said }) => `server ${server}: ${JSON.stringify(said)}`).join('\n')
  }

  async #ask(server: ServerProcess): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const said = server.running ? await server.status().catch(() => null) : null
      const sample: Sample = {
        at: this.#recording.now(),
        server: server.id,
        said:
          said === null
            ? null
            : {
                role: said.role,
                strength: said.strength,
                epoch: said.epoch,
                leader: said.leader,
                applied: said.appliedZxid,
                hash: said.stateHash,
                store: said.store,
                halted: said.halted === null ? null : `${said.halted.code} ${said.halted.message}`,
              },
      }
      this.#last.set(server.id, sample)
      this.#recording.samples.push(sample)
      await sleep(this.#intervalMs, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
  }
}
