import { SynodError, type ClientLink, type ClientLinkHandlers, type Dialer } from '@synod/interface'
import type { AcceptedLink } from '@synod/client'
import type { SimProcess } from '../process/sim-process.ts'
import type { Network } from './network.ts'
import { Stream } from './stream.ts'

/** Where clients of a server are taken. */
export interface ClientListener {
  readonly process: SimProcess
  accept(link: ClientLink): AcceptedLink
}

/** Finds who listens at an endpoint. */
export interface ListenerBook {
  listener(endpoint: string): ClientListener | null
  /** The machine answers that nobody listens; false when it is off. */
  answers(endpoint: string): boolean
}

/** Endpoint of a server's clients. */
export function endpointOf(server: string): string {
  return `sim:${server}`
}

/** One connection of a client. */
class ClientConnection {
  readonly #network: Network
  readonly client: SimProcess
  readonly #handlers: ClientLinkHandlers
  readonly #listener: ClientListener
  /** The server's machine is on. */
  readonly #answers: () => boolean
  readonly #up: Stream
  readonly #down: Stream
  #accepted: AcceptedLink | null = null
  #clientOpen = true
  #serverOpen = true

  constructor(
    network: Network,
    ends: { readonly client: SimProcess; readonly listener: ClientListener; readonly answers: () => boolean },
    handlers: ClientLinkHandlers,
  ) {
    this.#network = network
    this.client = ends.client
    this.#listener = ends.listener
    this.#answers = ends.answers
    this.#handlers = handlers
    const [client, server] = [ends.client.name, ends.listener.process.name]
    this.#up = new Stream(network, { from: client, to: server }, (frame) => {
      this.#toServer(frame)
    })
    this.#down = new Stream(network, { from: server, to: client }, (frame) => {
      this.#toClient(frame)
    })
  }

  /** At the server, when the dial arrives; the answer opens the client's end. */
  open(): void {
    const { process } = this.#listener
    process.run(() => {
      this.#network.signal(process.name, this.client.name, () => {
        this.client.run(() => {
          if (this.#clientOpen) this.#handlers.onOpened(this.#clientEnd())
        })
      })
      this.#accepted = this.#listener.accept(this.#serverEnd())
    })
  }

  /** The client ends it: at once at its own end. */
  closeByClient(error: Error | null): void {
    if (!this.#clientOpen) return
    this.#clientOpen = false
    this.#up.close()
    this.client.post(0, () => {
      this.#handlers.onClosed(error)
    })
    this.#network.signal(this.client.name, this.#listener.process.name, () => {
      this.#serverGone()
    })
  }

  closeByServer(reason: string): void {
    if (!this.#serverOpen) return
    this.#serverOpen = false
    this.#down.close()
    this.#listener.process.post(0, () => {
      this.#accepted?.onClosed()
    })
    this.#network.signal(this.#listener.process.name, this.client.name, () => {
      this.clientLost(reason)
    })
  }

  /** The client's machine learns that the connection is over. */
  clientLost(reason: string): void {
    if (!this.#clientOpen) return
    this.#clientOpen = false
    this.#up.close()
    this.client.run(() => {
      this.#handlers.onClosed(new SynodError('SYNOD_UNREACHABLE', reason))
    })
  }

  #serverGone(): void {
    if (!this.#serverOpen) return
    this.#serverOpen = false
    this.#down.close()
    this.#listener.process.run(() => {
      this.#accepted?.onClosed()
    })
  }

  #toServer(frame: Uint8Array): void {
    const { process } = this.#listener
    if (!process.isAlive) {
      if (process.hasMoved || !this.#answers()) return
      this.#network.signal(process.name, this.client.name, () => {
        this.clientLost('the server is gone')
      })
      return
    }
    process.run(() => {
      if (this.#serverOpen) this.#accepted?.onFrame(frame)
    })
  }

  #toClient(frame: Uint8Array): void {
    this.client.run(() => {
      if (this.#clientOpen) this.#handlers.onFrame(frame)
    })
  }

  #clientEnd(): ClientLink {
    return this.#end(this.client, this.#up, (reason) => {
      this.closeByClient(new Error(reason))
    })
  }

  #serverEnd(): ClientLink {
    return this.#end(this.#listener.process, this.#down, (reason) => {
      this.closeByServer(reason)
    })
  }

  #end(process: SimProcess, stream: Stream, close: (reason: string) => void): ClientLink {
    return {
      send: (frame) => {
        process.effect(() => {
          stream.send(frame)
        })
      },
      get bufferedBytes() {
        return stream.bufferedBytes
      },
      close: (reason) => {
        process.effect(() => {
          close(reason)
        })
      },
    }
  }
}

/** All connections between clients and servers. */
export class ClientNetwork {
  readonly #network: Network
  readonly #book: ListenerBook
  readonly #connections: Map<ClientConnection, ClientListener> = new Map()

  constructor(network: Network, book: ListenerBook) {
    this.#network = network
    this.#book = book
  }

  /** The way out of a client's process. */
  dialer(client: SimProcess): Dialer {
    return { dial: (endpoint, handlers) => this.#dial(client, endpoint, handlers) }
  }

  /** A server's process has ended; its machine tells the clients, unless it is off. */
  serverEnded(listener: SimProcess, tells: boolean): void {
    for (const [connection, owner] of this.#connections) {
      if (owner.process !== listener) continue
      this.#connections.delete(connection)
      if (tells) connection.closeByServer('the server is gone')
    }
  }

  /** A client's process has ended; its machine tells the servers. */
  clientEnded(client: SimProcess): void {
    for (const connection of this.#connections.keys()) {
      if (connection.client !== client) continue
      this.#connections.delete(connection)
      connection.closeByClient(null)
    }
  }

  /** All connections of a client break, as by a RST. */
  breakAll(client: SimProcess): void {
    for (const connection of this.#connections.keys()) {
      if (connection.client !== client) continue
      this.#connections.delete(connection)
      connection.clientLost('the connection was reset')
      connection.closeByServer('the connection was reset')
    }
  }

  #dial(client: SimProcess, endpoint: string, handlers: ClientLinkHandlers): () => void {
    let connection: ClientConnection | null = null
    let givenUp = false
    const fail = (error: Error | null): void => {
      if (givenUp) return
      givenUp = true
      client.post(0, () => {
        handlers.onClosed(error)
      })
    }
    const server = endpoint.slice(endpoint.indexOf(':') + 1)
    const knock = (): void => {
      if (givenUp) return
      const listener = this.#book.listener(endpoint)
      if (listener === null || this.#network.isRefusing(server)) {
        if (!this.#book.answers(endpoint)) return
        this.#network.packet(server, client.name, () => {
          fail(new SynodError('SYNOD_UNREACHABLE', `nobody listens at ${endpoint}`))
        })
        return
      }
      const answers = (): boolean => this.#book.answers(endpoint)
      connection = new ClientConnection(this.#network, { client, listener, answers }, handlers)
      this.#connections.set(connection, listener)
      connection.open()
    }
    client.effect(() => {
      this.#network.packet(client.name, server, knock)
    })
    return () => {
      if (connection === null) fail(null)
      else connection.closeByClient(null)
    }
  }
}
