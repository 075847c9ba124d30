import { channel } from 'node:diagnostics_channel'

/** What recipes publish on `node:diagnostics_channel`, by channel name. */
export interface RecipeDiagnostics {
  /** A lock or a leadership was obtained. */
  'synod:holding:acquire': { readonly path: string; readonly fencingToken: bigint }
  /** It ended without its holder's will; `reason` is that of the handle's signal. */
  'synod:holding:lose': { readonly path: string; readonly fencingToken: bigint; readonly reason: unknown }
  /** Its holder gave it back. */
  'synod:holding:release': { readonly path: string; readonly fencingToken: bigint }
  /** A contender's node could not be deleted and stays until its session ends. */
  'synod:contender:stuck': { readonly path: string; readonly reason: unknown }
  /** Somebody wrote a configuration that the schema refuses. */
  'synod:config:invalid': { readonly path: string; readonly version: number; readonly reason: unknown }
}

const channels = {
  'synod:holding:acquire': channel('synod:holding:acquire'),
  'synod:holding:lose': channel('synod:holding:lose'),
  'synod:holding:release': channel('synod:holding:release'),
  'synod:contender:stuck': channel('synod:contender:stuck'),
  'synod:config:invalid': channel('synod:config:invalid'),
}

/** Costs one check while nobody has subscribed. */
export function publish<K extends keyof RecipeDiagnostics>(name: K, message: RecipeDiagnostics[K]): void {
  const target = channels[name]
  if (target.hasSubscribers) target.publish(message)
}
