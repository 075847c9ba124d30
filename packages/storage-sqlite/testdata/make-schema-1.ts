/**
 * Wrote `schema-1.db` once; kept to show what is in it. Schema 1 is a pre-release schema: no release ever wrote it.
 * Run as `node testdata/make-schema-1.ts <file>`.
 */
import Sqlite from 'better-sqlite3'
import { batch, range } from '../test/pattern.ts'

const [file = ''] = process.argv.slice(2)
const db = new Sqlite(file)
db.pragma('journal_mode = WAL')
db.pragma('application_id = 0x53594e44')
db.pragma('user_version = 1')
db.exec(`
  CREATE TABLE store (cluster_name TEXT NOT NULL, server_id INTEGER NOT NULL) STRICT;
  CREATE TABLE batch (sequence INTEGER PRIMARY KEY, first_index INTEGER NOT NULL, last_index INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE snapshot_chunk (snapshot_id TEXT NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (snapshot_id, start)) STRICT;
`)
db.prepare('INSERT INTO store VALUES (?, ?)').run('test', 1)
const insert = db.prepare('INSERT INTO batch VALUES (?, ?, ?, ?)')
for (const { sequence, firstIndex, lastIndex, bytes } of range(5, 40).map((sequence) => batch(sequence))) {
  insert.run(sequence, firstIndex, lastIndex, bytes)
}
const chunk = db.prepare('INSERT INTO snapshot_chunk VALUES (?, ?, ?)')
chunk.run('1-4-ab', 0, batch(1, 1000).bytes)
chunk.run('1-4-ab', 1000, batch(2, 500).bytes)
db.close()
