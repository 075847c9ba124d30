/** Appends until the disk is full, then says how far it got, what it was told, and what every later call is told. */
import { createSqliteStorage } from '@synod/storage-sqlite'
import { batch, owner } from '../pattern.ts'

const [directory = ''] = process.argv.slice(2)
const storage = createSqliteStorage({ directory })
await storage.open(owner)
let acknowledged = 0
const told: unknown[] = []
while (told.length === 0 && acknowledged < 10_000) {
  await storage.append(batch(acknowledged + 1, 10_000)).then(
    () => (acknowledged += 1),
    (error: unknown) => told.push(error),
  )
}
await storage.append(batch(acknowledged + 1, 1)).catch((error: unknown) => told.push(error))
await storage.dropBefore(2).catch((error: unknown) => told.push(error))
await storage.close()
const codes = told.map((error) => (error instanceof Error && 'code' in error ? error.code : String(error)))
const messages = told.map((error) => (error instanceof Error ? error.message : ''))
process.stdout.write(JSON.stringify({ acknowledged, codes, messages }))
