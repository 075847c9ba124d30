/** Writes batches until it is killed, and says which it has been told are durable. Run by the tests as a process of its own. */
import { createSqliteStorage } from '@synod/storage-sqlite'
import { batch, findFault, owner } from '../pattern.ts'

const [directory = '', callerSyncMs = '1'] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

say('ready')
await new Promise((resolve) => process.stdin.once('data', resolve))
const storage = createSqliteStorage({ directory, walBytesMax: 256 * 1024, callerSyncMs: Number(callerSyncMs) })
const opened = await storage.open(owner)
const last = opened.batches.at(-1)?.sequence ?? 0
say(findFault(opened.batches) ?? `found ${opened.batches[0]?.sequence ?? 0} ${last}`)
const inFlight = new Set<Promise<void>>()
for (let sequence = last + 1; ; sequence += 1) {
  const write = storage.append(batch(sequence)).then(() => {
    inFlight.delete(write)
    say(`acknowledged ${sequence}`)
  })
  inFlight.add(write)
  if (sequence % 50 === 0) {
    await storage.dropBefore(Math.max(1, sequence - 300))
    await storage.putSnapshotChunk(`s${Math.floor(sequence / 200)}`, 0, batch(sequence).bytes)
    await storage.dropSnapshot(`s${Math.floor(sequence / 200) - 1}`)
  }
  if (inFlight.size >= 1 + (sequence % 8)) await Promise.race(inFlight)
}
