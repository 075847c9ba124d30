import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One server as the file of its cluster tells of it. */
export interface ClusterFileServer {
  readonly id: number
  /** Where clients connect. */
  readonly endpoint: string
  /** Where its peers connect. */
  readonly peer: string
  /** 0 while it does not run. */
  readonly pid: number
}

/** `cluster.json`, which a `synod dev` keeps in its folder while it runs. */
export interface ClusterFile {
  readonly cluster: string
  /** Of the `synod dev`. */
  readonly pid: number
  readonly servers: readonly ClusterFileServer[]
}

/** A cluster file with the place where it was found. */
export interface FoundCluster {
  readonly path: string
  readonly file: ClusterFile
}

const fileName = 'cluster.json'

/** Looks for `.synod/cluster.json` in a folder and its parents, the nearest first. */
export function findCluster(from: string): FoundCluster | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = readCluster(join(folder, '.synod'))
    if (found !== null) return found
    if (folder === dirname(folder)) return null
  }
}

/** The cluster file in this folder; `null` when there is none, or none that can be understood. */
export function readCluster(folder: string): FoundCluster | null {
  const path = join(folder, fileName)
  try {
    const file: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isClusterFile(file) ? { path, file } : null
  } catch {
    return null
  }
}

/** Writes it so that a reader sees the old one or the new one, never a half. */
export function writeCluster(folder: string, file: ClusterFile): void {
  const path = join(folder, fileName)
  writeFileSync(`${path}.tmp`, `${JSON.stringify(file, null, 2)}\n`)
  renameSync(`${path}.tmp`, path)
}

/** Removes it, if it is there. */
export function removeCluster(folder: string): void {
  rmSync(join(folder, fileName), { force: true })
}

function isClusterFile(value: unknown): value is ClusterFile {
  return (
    isObject(value) &&
    typeof value['cluster'] === 'string' &&
    typeof value['pid'] === 'number' &&
    Array.isArray(value['servers']) &&
    value['servers'].every(isServer)
  )
}

function isServer(value: unknown): value is ClusterFileServer {
  return isObject(value) && typeof value['id'] === 'number' && typeof value['endpoint'] === 'string' && typeof value['pid'] === 'number'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
