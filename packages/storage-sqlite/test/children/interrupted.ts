/** Dies in the midst of one long transaction, most pages of which have gone to the write-ahead log already. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

const [directory = ''] = process.argv.slice(2)
const db = new Sqlite(join(directory, 'synod.db'))
db.pragma('cache_size = 10')
db.exec('BEGIN')
const insert = db.prepare('INSERT INTO batch VALUES (?, 0, 0, 0, zeroblob(20000))')
for (let sequence = 1000; sequence < 1050; sequence += 1) insert.run(sequence)
writeSync(1, 'interrupted\n')
process.kill(process.pid, 'SIGKILL')
