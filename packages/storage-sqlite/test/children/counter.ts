/** Appends batches one after the other between two marks on standard output: its system calls in between are counted. */
import { createSqliteStorage } from '@synod/storage-sqlite'
import { batch, owner, range } from '../pattern.ts'

const [directory = '', count = '0', together = ''] = process.argv.slice(2)
const storage = createSqliteStorage({ directory })
await storage.open(owner)
await storage.append(batch(1, 100))
process.stdout.write('BEGIN-MARK\n')
const sequences = range(2, 1 + Number(count))
if (together === 'together') await Promise.all(sequences.map((sequence) => storage.append(batch(sequence, 100))))
else for (const sequence of sequences) await storage.append(batch(sequence, 100))
process.stdout.write('END-MARK\n')
await storage.close()
