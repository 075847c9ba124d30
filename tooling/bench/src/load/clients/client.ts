/** What the load generator needs of a client of any of the three systems. Everything rejects when it was not done. */
export interface BenchClient {
  /** Makes sure that the key is there, with this value. */
  put(key: string, value: Uint8Array): Promise<void>
  /** Overwrites a key that is there. */
  write(key: string, value: Uint8Array): Promise<void>
  read(key: string): Promise<void>
  /** Takes a lock that nobody else wants, and gives it back. */
  lockAndUnlock(name: string): Promise<void>
  close(): Promise<void>
}

/** How a client is made. */
export interface ClientTarget {
  readonly endpoints: readonly string[]
  /** Try again at once, instead of sparing servers that do not answer: for the gap at a fail-over and for the first write. Default false. */
  readonly impatient: boolean
}

export type Connect = (target: ClientTarget) => Promise<BenchClient>
