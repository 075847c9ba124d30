import { channel } from 'node:diagnostics_channel'

/** What is published on `node:diagnostics_channel`, by channel name. */
export interface ClientDiagnostics {
  /** A client settled on a server, or lost it. */
  'synod:client:connection': {
    readonly state: 'opened' | 'lost'
    readonly endpoint: string
    readonly server: number
    /** 0: that server knows none. */
    readonly leader: number
    /** Why it was lost; `''` when it opened. */
    readonly reason: string
  }
  /** A session began, or is over for good. */
  'synod:client:session': { readonly state: 'opened' | 'ended'; readonly id: number; readonly timeoutMs: number; readonly reason: string }
}

const channels = {
  'synod:client:connection': channel('synod:client:connection'),
  'synod:client:session': channel('synod:client:session'),
}

/** Publishes to whoever listens; costs nothing when nobody does. */
export function publish<K extends keyof ClientDiagnostics>(name: K, payload: ClientDiagnostics[K]): void {
  if (channels[name].hasSubscribers) channels[name].publish(payload)
}
