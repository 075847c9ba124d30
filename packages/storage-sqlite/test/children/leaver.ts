/** Appends batches one after the other and dies without closing, so that they stay in the write-ahead log. */
import { writeSync } from 'node:fs'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { batch, owner, range } from '../pattern.ts'

const [directory = '', last = '0', first = '1'] = process.argv.slice(2)
const storage = createSqliteStorage({ directory })
await storage.open(owner)
for (const sequence of range(Number(first), Number(last))) await storage.append(batch(sequence, 200))
writeSync(1, 'written\n')
process.kill(process.pid, 'SIGKILL')
