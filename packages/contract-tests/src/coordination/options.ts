import type { CoordinationClient } from '@synod/interface/coordination'

/** What the suite asks of a client that it wants. */
export interface ContractClientOptions {
  /** Of the client's session; the service's own default when absent. */
  readonly sessionTimeoutMs?: number
}

/** A service for one test. It may be the service of all tests: each works below a node of its own and of a random name. */
export interface CoordinationPlace {
  /** A client with a session of its own. The suite closes it. */
  client(options?: ContractClientOptions): Promise<CoordinationClient>
  /** Frees everything, also clients that the suite has not closed. */
  dispose(): Promise<void>
}

export interface CoordinationClientContractOptions<Place extends CoordinationPlace> {
  /** Named in the title of the suite. */
  readonly name: string
  /** Makes a service, or shows the one that there is. */
  create(): Promise<Place>
  /**
   * Breaks the connection of this client, which can be made again at once, to the same server or another. Resolves when it is broken.
   * Without it, resuming is not shown.
   */
  interrupt?(place: Place, client: CoordinationClient): Promise<void>
  /**
   * Takes all servers away from this client for good; they end its session when its time is over. Without it, expiry is not shown.
   */
  isolate?(place: Place, client: CoordinationClient): Promise<void>
  /** How long to wait for what must happen. Default 8000. */
  readonly timeoutMs?: number
}
