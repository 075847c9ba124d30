/**
 * Wrote `schema-2.db`: a store as this version closes it. Kept, never written anew: every later version must open it.
 * Run as `node testdata/make-schema-2.ts <directory>`.
 */
import { createSqliteStorage } from '@synod/storage-sqlite'
import { batch, owner, range } from '../test/pattern.ts'

const [directory = ''] = process.argv.slice(2)
const storage = createSqliteStorage({ directory })
await storage.open(owner)
for (const sequence of range(1, 40)) await storage.append(batch(sequence))
await storage.putSnapshotChunk('1-4-ab', 0, batch(1, 1000).bytes)
await storage.putSnapshotChunk('1-4-ab', 1000, batch(2, 500).bytes)
await storage.dropBefore(5)
await storage.close()
