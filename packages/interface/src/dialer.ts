/** One connection between a client and a server, seen from either end. Frames are ordered and whole; it fails only by closing. */
export interface ClientLink {
  send(frame: Uint8Array): void
  /** Bytes accepted by `send` that have not left yet. */
  readonly bufferedBytes: number
  close(reason: string): void
}

export interface ClientLinkHandlers {
  onOpened(link: ClientLink): void
  onFrame(frame: Uint8Array): void
  /** Called once, also when the link never opened. `error` says why, when a person should know (wrong secret, wrong cluster …). */
  onClosed(error: Error | null): void
}

/** Opens connections from a client to servers. Returns a function that gives up. Never throws, never calls back synchronously. */
export interface Dialer {
  dial(endpoint: string, handlers: ClientLinkHandlers): () => void
}
