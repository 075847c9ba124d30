// A server of the bare pipeline: what remains of a replicated log when there is no protocol. The first server takes the writes, and all three
// commit them, one SQLite transaction for everything that arrived in one turn of the event loop. No elections, no tree, no checks.
import { createServer } from 'node:http'
import Database from 'better-sqlite3'
import { WebSocket, WebSocketServer } from 'ws'
import type { PipelineConfig } from './ensembles/pipeline.ts'

const config = JSON.parse(process.argv[2] ?? '{}') as PipelineConfig
const database = new Database(config.file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('CREATE TABLE IF NOT EXISTS batch (sequence INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
const insert = database.prepare('INSERT INTO batch VALUES (?, ?)')

const followers: WebSocket[] = []
const http = createServer((_, response) => response.writeHead(200).end())
const server = new WebSocketServer({ server: http, perMessageDeflate: false })

interface Waiting {
  readonly sequence: number
  readonly clients: ReadonlyMap<WebSocket, Buffer[]>
}

let collected = new Map<WebSocket, Buffer[]>()
let nextSequence = 1
const waiting: Waiting[] = []

if (config.leads) {
  config.followers.forEach((url) => follow(url))
  server.on('connection', (client) => client.on('message', (frame: Buffer) => collect(client, frame)))
} else {
  server.on('connection', (leader) =>
    leader.on('message', (frame: Buffer) => {
      insert.run(frame.readUInt32LE(0), frame.subarray(4))
      leader.send(frame.subarray(0, 4))
    }),
  )
  http.listen(config.port, '127.0.0.1')
}

/** Tries until the follower listens; with all of them, takes clients. */
function follow(url: string): void {
  const follower = new WebSocket(url, { perMessageDeflate: false })
  follower.on('message', (acknowledged: Buffer) => acknowledge(acknowledged.readUInt32LE(0)))
  follower.on('error', () => setTimeout(() => follow(url), 10))
  follower.on('open', () => {
    followers.push(follower)
    if (followers.length === config.followers.length) http.listen(config.port, '127.0.0.1')
  })
}

function collect(client: WebSocket, frame: Buffer): void {
  if (collected.size === 0) setImmediate(replicate)
  const frames = collected.get(client)
  if (frames === undefined) collected.set(client, [frame])
  else frames.push(frame)
}

/** To the followers first, so that their disks and the own one work at the same time. */
function replicate(): void {
  const clients = collected
  collected = new Map()
  const sequence = nextSequence++
  const bytes = Buffer.concat([...clients.values()].flat())
  const header = Buffer.alloc(4)
  header.writeUInt32LE(sequence)
  const frame = Buffer.concat([header, bytes])
  waiting.push({ sequence, clients })
  for (const follower of followers) follower.send(frame)
  insert.run(sequence, bytes)
}

/** One of two followers and the own disk are a quorum. */
function acknowledge(sequence: number): void {
  while (waiting[0] !== undefined && waiting[0].sequence <= sequence) {
    const done = waiting.shift()
    for (const [client, frames] of done?.clients ?? []) client.send(Buffer.concat(frames.map(numbersOf)))
  }
}

/** A frame of a client is a count, so many numbers, then the values; the answer is the numbers. */
function numbersOf(frame: Buffer): Buffer {
  return frame.subarray(4, 4 + 4 * frame.readUInt32LE(0))
}
