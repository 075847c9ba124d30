import type { Dialer } from '@synod/interface'
import type { Micros } from '@synod/interface/protocol'
import { decodeClientMessages, decodeServerMessages } from '@synod/wire'
import type { RandomStream } from '../engine/random.ts'
import type { World } from '../engine/world.ts'

/** What late copies need of the simulation. */
export interface LateCopiesHost {
  readonly world: World
  readonly random: RandomStream
  readonly sessionTimeoutMs: number
  isOver(): boolean
  /** Puts a command into the hands of some server, as if it had kept it until now. */
  submit(command: Uint8Array): void
}

/** Commands kept of one connection at most: the newest. */
const keptMax = 100

/** What is under way on one connection. */
interface UnderWay {
  /** By the number of the request. */
  readonly commands: Map<number, Uint8Array>
  /** When the client last gave a sign of life: its session ends so much later, if nothing else comes. */
  lastSign: Micros
}

/**
 * Commands that were under way when their connection ended, and reach the log much later than their client thought: through a server
 * that had kept them while it was paused or without a leader. Around the end of their session, after seconds, or at once; in any order, and
 * more than once, because each server that got one may do so.
 *
 * Only what the client never got an answer to: whatever a server has answered, it keeps no more.
 */
export class LateCopies {
  readonly #host: LateCopiesHost
  readonly #open: Set<UnderWay> = new Set()

  constructor(host: LateCopiesHost) {
    this.#host = host
  }

  /** The same dialer, looked at. One process's: see `end`. */
  watch(dialer: Dialer): Dialer {
    return {
      dial: (endpoint, handlers) => {
        const underWay: UnderWay = { commands: new Map(), lastSign: 0 }
        const over = (): void => {
          if (this.#open.delete(underWay)) this.#release(underWay)
        }
        return dialer.dial(endpoint, {
          onOpened: (link) => {
            this.#open.add(underWay)
            handlers.onOpened({
              send: (frame) => {
                if (keep(underWay.commands, frame)) underWay.lastSign = this.#host.world.now
                link.send(frame)
              },
              get bufferedBytes() {
                return link.bufferedBytes
              },
              close: (reason) => {
                over()
                link.close(reason)
              },
            })
          },
          onFrame: (frame) => {
            forget(underWay.commands, frame)
            handlers.onFrame(frame)
          },
          onClosed: (error) => {
            over()
            handlers.onClosed(error)
          },
        })
      },
    }
  }

  /** The process has ended, and all its connections. */
  end(): void {
    for (const underWay of Array.from(this.#open)) this.#release(underWay, 0.9)
    this.#open.clear()
  }

  /** `aimed`: how probable it is that one comes at the end of its session, and no other. */
  #release({ commands, lastSign }: UnderWay, aimed = 0.3): void {
    const { random } = this.#host
    const [first] = commands.values()
    if (first === undefined) return
    if (random.chance(aimed)) {
      this.#submitAt(lastSign + this.#sessionEnd(), first)
      return
    }
    const copies = random.chance(0.3) ? 3 : 1
    for (const command of commands.values())
      for (let copy = 0; copy < copies; copy += 1)
        this.#submitAt(this.#host.world.now + random.below(random.pick([50_000, 1_000_000, 15_000_000])), command)
  }

  #submitAt(at: Micros, command: Uint8Array): void {
    const { world } = this.#host
    world.scheduler.at(at, () => {
      if (this.#host.isOver()) return
      world.coverage.add('commands that came late')
      this.#host.submit(command)
    })
  }

  /** After the last sign of life: about when the leader finds that the session is over, so that both are in the log together. */
  #sessionEnd(): Micros {
    const { random, sessionTimeoutMs } = this.#host
    const most = random.pick([10_000, 60_000, 300_000])
    return sessionTimeoutMs * 1000 + Math.floor(most / 3) - random.below(most)
  }
}

/** Whether the frame is a sign of life of the session. */
function keep(unanswered: Map<number, Uint8Array>, frame: Uint8Array): boolean {
  const decoded = decodeClientMessages(frame)
  if (!decoded.ok) return false
  let sign = false
  for (const message of decoded.value) {
    sign ||= message.type === 'write' || (message.type === 'ping' && message.sessionId !== 0)
    if (message.type !== 'write') continue
    unanswered.set(message.requestId, message.command.slice())
    const [oldest] = unanswered.keys()
    if (unanswered.size > keptMax && oldest !== undefined) unanswered.delete(oldest)
  }
  return sign
}

function forget(unanswered: Map<number, Uint8Array>, frame: Uint8Array): void {
  const decoded = decodeServerMessages(frame)
  if (!decoded.ok) return
  for (const message of decoded.value) if (message.type === 'result') unanswered.delete(message.requestId)
}
