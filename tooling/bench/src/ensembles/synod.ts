import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { serverStatus } from '@synod/client'
import type { Recipe } from './ensemble.ts'
import { freePorts } from './ports.ts'

/** Synod as `synod serve` runs it, with default settings. `profile` is a folder for CPU profiles of the servers. */
export async function synod(profile: string | undefined): Promise<Recipe> {
  const ports = await freePorts(6)
  const client = ports.slice(0, 3)
  const peers = Object.fromEntries(ports.slice(3).map((port, index) => [index + 1, `ws://127.0.0.1:${port}`]))
  const endpoints = client.map((port) => `ws://127.0.0.1:${port}`)
  const manifest = createRequire(import.meta.url).resolve('synod/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
  return {
    system: 'synod',
    endpoints,
    prepare(index, folder) {
      const config = { cluster: 'bench', id: index + 1, dataDir: 'data', peers, clients: { port: client[index] }, logLevel: 'warn' }
      const file = join(folder, 'server.json')
      writeFileSync(file, JSON.stringify(config))
      const profiling =
        profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile, '--cpu-prof-name', `server-${index + 1}.cpuprofile`]
      const args = [...profiling, join(dirname(manifest), 'bin/synod.js'), 'serve', '--config', file]
      return { command: process.execPath, args, logFile: join(folder, 'log') }
    },
    async standing(index) {
      const { role, strength, appliedZxid } = await serverStatus(endpoints[index] ?? '', { cluster: 'bench', timeoutMs: 1_000 })
      const leads = role === 'leading' && strength !== 'elected'
      return { leads, follows: role === 'following', applied: BigInt(appliedZxid.index), version }
    },
    ...(profile === undefined ? {} : { endBy: 'SIGTERM' as const }),
  }
}
