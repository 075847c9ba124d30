import type { World } from '../engine/world.ts'
import type { SimServer } from '../cluster/sim-server.ts'
import type { FaultAction } from './actions.ts'

type Restore = FaultAction & { readonly kind: 'restore' }

/** How often it is looked whether the next step can be taken, and how often at most. */
const pollMicros = 50_000
const pollsMax = 60

/** What the fault needs of the nemesis. */
export interface OlderCopyHost {
  readonly world: World
  readonly servers: readonly SimServer[]
  readonly isOver: () => boolean
  /** The cluster survives the loss of one more disk. */
  mayLose(): boolean
  start(server: SimServer): void
  onRestored(server: SimServer): void
}

/**
 * Gives a server an older copy of its disk. That is found out only by peers that have heard a later life of it, and they know it only
 * as long as they live (amendment 45). So the fault strikes when all others run and have heard its newest life; and when one of
 * them ends before the server was found out, its machine is taken away for good: what no design of this kind can detect is not asked for.
 */
export class OlderCopies {
  readonly #host: OlderCopyHost
  /** On an older copy, not found out so far. */
  readonly #suspects: Map<SimServer, { restarts: number }> = new Map()
  readonly #gone: Set<SimServer> = new Set()

  constructor(host: OlderCopyHost) {
    this.#host = host
  }

  /** True: it must not be started any more. */
  isGone(server: SimServer): boolean {
    return this.#gone.has(server)
  }

  /** A supervisor starts it again, whatever it has halted of. */
  isSuspect(server: SimServer): boolean {
    return this.#suspects.has(server)
  }

  /** Copies the disk, lives two more lives, then puts the copy back. */
  begin(server: SimServer, action: Restore): void {
    const copy = server.drive.backup()
    const incarnation = server.drive.view.incarnation
    const step = (left: number): void => {
      if (left === 0 || this.#host.isOver() || server.drive.isSpoilt) return
      const again = (): void => {
        this.#host.world.scheduler.after(pollMicros, () => {
          step(left - 1)
        })
      }
      if (!server.isUp) return again()
      if (server.drive.view.incarnation < incarnation + 2) {
        // Still blank, or its META is on its way to the disk.
        if (server.incarnation !== server.drive.view.incarnation || server.incarnation === 0) return again()
        server.kill({ power: false })
        this.#host.start(server)
        return again()
      }
      if (!this.#isKnown(server)) return again()
      if (!this.#host.mayLose()) return
      server.kill({ power: false })
      server.drive.isSpoilt = true
      server.drive.restore(copy)
      this.#host.world.note('sim', `server ${server.id} gets its disk of life ${incarnation} back`)
      this.#host.world.coverage.add('older copies put back')
      this.#host.onRestored(server)
      this.#suspects.set(server, { restarts: action.restarts })
      this.#host.world.scheduler.after(action.downMicros, () => {
        this.#host.start(server)
      })
    }
    step(pollsMax)
  }

  /** It has halted; its process is about to end. A supervisor starts it again some times, as it would any other. */
  onHalt(server: SimServer): void {
    const suspect = this.#suspects.get(server)
    if (suspect === undefined) return
    this.#host.world.coverage.add('older copies found out')
    if (suspect.restarts === 0) {
      this.#suspects.delete(server)
      this.#gone.add(server)
      return
    }
    suspect.restarts -= 1
    this.#host.world.scheduler.after(100_000, () => {
      this.#host.start(server)
    })
  }

  /** Somebody has ended, and with it what it knew; or what it was about to write. */
  onEnded(server: SimServer): void {
    for (const suspect of Array.from(this.#suspects.keys())) {
      if (suspect === server && server.hasEndedInOrder) continue
      this.#suspects.delete(suspect)
      this.#gone.add(suspect)
      suspect.kill({ power: true })
    }
  }

  /** Everybody else runs and has heard its newest life. */
  #isKnown(server: SimServer): boolean {
    const { incarnation } = server.drive.view
    return this.#host.servers.every((each) => each === server || each.transport?.heard(server.id) === incarnation)
  }
}
