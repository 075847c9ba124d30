import { SynodError } from '@synod/interface'

/** The addon that better-sqlite3 ships is built for this version of Node-API; Node.js 22.14 is the first with it. */
export const napiNeeded = 10

/** Throws `SYNOD_UNSUPPORTED_RUNTIME`, naming found and needed, where the addon of better-sqlite3 could not be loaded. */
export function assertRuntime(versions: { readonly [name: string]: string | undefined }): void {
  const found = Number(versions['napi'] ?? 0)
  if (found >= napiNeeded) return
  throw new SynodError(
    'SYNOD_UNSUPPORTED_RUNTIME',
    `better-sqlite3 needs Node-API ${napiNeeded} or newer, this runtime (Node.js ${versions['node'] ?? 'unknown'}) has ${found}; ` +
      'use Node.js 22.14 or newer',
  )
}
