import { SynodError } from '@synod/interface'
import type { ClientLink, ClientLinkHandlers, Clock, Dialer } from '@synod/interface'
import type { AcceptedLink, ClientService } from '../service/client-service.ts'

/** One direction of a link in memory: frames arrive in order, at the end of the turn in which they were sent. */
class Pipe {
  readonly #clock: Clock
  readonly #deliver: (frame: Uint8Array) => void
  #frames: Uint8Array[] = []
  #pending = false
  #closed = false
  bytes = 0

  constructor(clock: Clock, deliver: (frame: Uint8Array) => void) {
    this.#clock = clock
    this.#deliver = deliver
  }

  send(frame: Uint8Array): void {
    if (this.#closed) return
    this.#frames.push(frame)
    this.bytes += frame.length
    if (this.#pending) return
    this.#pending = true
    this.#clock.defer(() => this.#run())
  }

  close(): void {
    this.#closed = true
    this.#frames = []
  }

  #run(): void {
    this.#pending = false
    const frames = this.#frames
    this.#frames = []
    for (const frame of frames) {
      if (this.#closed) return
      this.bytes -= frame.length
      this.#deliver(frame)
    }
  }
}

/** Both ends of one connection in memory. */
class LocalLink {
  readonly #clock: Clock
  readonly #handlers: ClientLinkHandlers
  readonly #toServer: Pipe
  readonly #toClient: Pipe
  #accepted: AcceptedLink | null = null
  #closed = false

  constructor(clock: Clock, handlers: ClientLinkHandlers) {
    this.#clock = clock
    this.#handlers = handlers
    this.#toServer = new Pipe(clock, (frame) => this.#accepted?.onFrame(frame))
    this.#toClient = new Pipe(clock, (frame) => this.#handlers.onFrame(frame))
  }

  open(service: ClientService): void {
    if (this.#closed) return
    this.#handlers.onOpened(this.#end(this.#toServer))
    this.#accepted = service.accept(this.#end(this.#toClient))
  }

  /** Both sides learn of it at the end of the turn. */
  close(error: Error | null): void {
    if (this.#closed) return
    this.#closed = true
    this.#toServer.close()
    this.#toClient.close()
    this.#clock.defer(() => {
      this.#accepted?.onClosed()
      this.#handlers.onClosed(error)
    })
  }

  #end(pipe: Pipe): ClientLink {
    return {
      send: (frame) => pipe.send(frame),
      get bufferedBytes() {
        return pipe.bytes
      },
      close: (reason) => this.close(new Error(reason)),
    }
  }
}

/**
 * Connects clients to services of the same process, without sockets. An endpoint is a key of `services`; one that is not there,
 * or not any more, refuses. Deleting a service does not close its connections: `service.close()` does.
 */
export function localDialer(services: ReadonlyMap<string, ClientService>, clock: Clock): Dialer {
  return {
    dial: (endpoint, handlers) => {
      const link = new LocalLink(clock, handlers)
      clock.defer(() => {
        const service = services.get(endpoint)
        if (service === undefined) link.close(new SynodError('SYNOD_UNREACHABLE', `there is no local service ${endpoint}`))
        else link.open(service)
      })
      return () => link.close(null)
    },
  }
}
