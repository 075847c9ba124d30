import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CliError, exitCodes } from '../exit-codes.ts'

/** Options of `synod dev`, as typed. */
export interface DevFlags {
  readonly dir?: string
  readonly basePort?: string
  readonly servers?: string
  /** `--no-restart` makes it false. */
  readonly restart: boolean
  readonly json?: boolean
}

/** Options of `synod dev`, checked. */
export interface DevSettings {
  /** Absolute. */
  readonly dir: string
  /** 0: a free block of ports is taken. */
  readonly basePort: number
  readonly serverCount: number
  readonly restart: boolean
}

/** Ports of server n: `basePort + n` for peers, `basePort + clientOffset + n` for clients. */
export const clientOffset = 10
const serversMax = 9
const basePortDefault = 7400

/** Checks the options against each other and against what the folder holds. Throws with everything that is wrong. */
export function resolveDev(flags: DevFlags): DevSettings {
  const complaints: string[] = []
  const dir = resolve(flags.dir ?? '.synod')
  const serverCount = Number(flags.servers ?? '3')
  if (!Number.isInteger(serverCount) || serverCount < 1 || serverCount > serversMax) {
    complaints.push(`--servers takes a number from 1 to ${serversMax}, not ${flags.servers}`)
  }
  const basePort = Number(flags.basePort ?? basePortDefault)
  const last = 65_535 - clientOffset - serversMax
  if (!Number.isInteger(basePort) || basePort < 0 || basePort > last || (basePort > 0 && basePort < 1023)) {
    complaints.push(`--base-port takes a port from 1023 to ${last}, or 0 for free ones, not ${flags.basePort}`)
  }
  const held = serversIn(dir)
  if (complaints.length === 0 && held > 0 && held !== serverCount) {
    complaints.push(`${dir} holds the data of ${held} servers, and their number cannot be changed: use --servers ${held}, or another --dir`)
  }
  if (complaints.length > 0) throw new CliError(exitCodes.usage, complaints.join('\nsynod: '))
  return { dir, basePort, serverCount, restart: flags.restart }
}

/** Folder of a server's store. */
export function dataDirOf(dir: string, id: number): string {
  return join(dir, `server-${id}`)
}

function serversIn(dir: string): number {
  if (!existsSync(dir)) return 0
  return readdirSync(dir).filter((name) => /^server-\d+$/.test(name)).length
}
