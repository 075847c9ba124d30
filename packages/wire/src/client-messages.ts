import type { TreeEvent, WatchMode, Zxid } from '@synod/interface/protocol'

/** How fresh a read must be; the same words as `Consistency` in `@synod/interface`. */
export type ReadConsistency = 'linearizable' | 'session' | 'stale'

/** From a client to a server. `requestId` is the client's, never reused on a connection, and comes back in the answer. */
export type ClientMessage =
  /** Resume a session that this client holds (`nonce` proves it); opening one is a `write` of `openSession`. Answer: `attached`. */
  | {
      readonly type: 'attach'
      readonly requestId: number
      readonly sessionId: number
      readonly nonce: Uint8Array
      readonly minIndex: number
    }
  /** `command` is an encoded command envelope and goes to the log as it is. Answer: `result`. */
  | { readonly type: 'write'; readonly requestId: number; readonly command: Uint8Array }
  /** Answer: `result` whose body is the encoded query result. */
  | {
      readonly type: 'read'
      readonly requestId: number
      readonly consistency: ReadConsistency
      readonly minIndex: number
      readonly query: Uint8Array
    }
  /** Keeps the session alive. Answer: `pong`, only once it counts (protocol §2.14). `sessionId` 0: just a sign of life of the server. */
  | { readonly type: 'ping'; readonly requestId: number; readonly sessionId: number }
  /** `from` −1: from the moment it is set. Answer: `watching`, then `events`. */
  | { readonly type: 'watch'; readonly watchId: number; readonly path: string; readonly mode: WatchMode; readonly from: number }
  | { readonly type: 'unwatch'; readonly watchId: number }
  /** Answer: `status`. */
  | { readonly type: 'status'; readonly requestId: number }

/** A server as clients see it. */
export interface ServerAddress {
  readonly id: number
  readonly endpoint: string
}

/** From a server to a client. */
export type ServerMessage =
  /** First message of a connection, and again whenever something in it changes. `leader` 0 = unknown. */
  | {
      readonly type: 'welcome'
      readonly serverId: number
      readonly leader: number
      readonly epoch: number
      readonly servers: readonly ServerAddress[]
    }
  | {
      readonly type: 'attached'
      readonly requestId: number
      readonly found: boolean
      readonly timeoutMs: number
      readonly nextSequence: number
      readonly code: string
    }
  /** `code` '' = `body` holds the result (which may itself be a rejection of the tree); else an error code of the server and a message. */
  | {
      readonly type: 'result'
      readonly requestId: number
      readonly code: string
      readonly message: string
      readonly zxid: Zxid
      readonly body: Uint8Array
    }
  | { readonly type: 'pong'; readonly requestId: number; readonly outcome: 'ok' | 'expired' | 'unavailable' }
  | { readonly type: 'watching'; readonly watchId: number; readonly zxid: Zxid; readonly code: string; readonly message: string }
  /** All events of one zxid in one message. */
  | { readonly type: 'events'; readonly watchId: number; readonly zxid: Zxid; readonly events: readonly TreeEvent[] }
  | { readonly type: 'compacted'; readonly watchId: number; readonly floor: number }
  /** `json`: UTF-8 of the server's own status (shape in `docs/wire.md`). */
  | { readonly type: 'status'; readonly requestId: number; readonly json: Uint8Array }

/** What every command of a session carries around its operation; `sessionId` 0: none (`openSession`, `expireSession`). */
export interface CommandEnvelope {
  readonly sessionId: number
  /** 1, 2, 3 … within the session; 0 without one. */
  readonly sequence: number
  /** The client needs no result below this any more. */
  readonly ackedBelow: number
  readonly operation: Uint8Array
}
