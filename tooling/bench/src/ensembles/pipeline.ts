import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Recipe } from './ensemble.ts'
import { freePorts } from './ports.ts'

/** What a server of the bare pipeline is told. */
export interface PipelineConfig {
  readonly leads: boolean
  readonly port: number
  readonly followers: readonly string[]
  readonly file: string
}

/** The practical limit of the machine: three Node.js processes, `ws`, one SQLite commit for each batch, and no protocol at all. */
export async function pipeline(): Promise<Recipe> {
  const ports = await freePorts(3)
  const script = fileURLToPath(new URL('../pipeline-server.ts', import.meta.url))
  return {
    system: 'pipeline',
    endpoints: ports.map((port) => `ws://127.0.0.1:${port}`),
    prepare(index, folder) {
      const followers = index === 0 ? ports.slice(1).map((port) => `ws://127.0.0.1:${port}`) : []
      const config: PipelineConfig = { leads: index === 0, port: ports[index] ?? 0, followers, file: join(folder, 'log.sqlite') }
      return { command: process.execPath, args: [script, JSON.stringify(config)], logFile: join(folder, 'log') }
    },
    async standing(index) {
      const { ok } = await fetch(`http://127.0.0.1:${ports[index]}`, { signal: AbortSignal.timeout(1_000) })
      return { leads: ok && index === 0, follows: ok && index !== 0, applied: 0n, version: '' }
    },
  }
}
