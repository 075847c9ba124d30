/** Appends batches between two marks on standard output, so that the system calls in between can be counted, and dies without closing. */
import { writeSync } from 'node:fs'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { batch, owner, range } from '../pattern.ts'

const [directory = '', count = '0', together = '', callerSyncMs = '1'] = process.argv.slice(2)
const storage = createSqliteStorage({ directory, callerSyncMs: Number(callerSyncMs) })
await storage.open(owner)
await storage.append(batch(1, 100))
writeSync(1, 'BEGIN-MARK\n')
const sequences = range(2, 1 + Number(count))
if (together === 'together') await Promise.all(sequences.map((sequence) => storage.append(batch(sequence, 100))))
else for (const sequence of sequences) await storage.append(batch(sequence, 100))
writeSync(1, 'END-MARK\n')
process.kill(process.pid, 'SIGKILL')
