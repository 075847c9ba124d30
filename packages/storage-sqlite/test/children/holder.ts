/** Opens a store, says so, and holds it until its standard input ends. */
import { createSqliteStorage } from '@synod/storage-sqlite'
import { owner } from '../pattern.ts'

const [directory = ''] = process.argv.slice(2)
const storage = createSqliteStorage({ directory })
try {
  await storage.open(owner)
  process.stdout.write('held\n')
} catch (error) {
  process.stdout.write(`${error instanceof Error && 'code' in error ? String(error.code) : ''} ${String(error)}\n`)
}
process.stdin.resume()
process.stdin.on('end', () => void storage.close())
