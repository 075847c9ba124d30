// A client that takes a lock and counts under it, over every failover: node src/client-main.ts [base port]
import { connect } from '@synod/client'
import { SynodError } from '@synod/interface'
import { DistributedLock } from '@synod/recipes/lock'
import { addresses } from './addresses.ts'

const where = addresses(Number(process.argv[2] ?? '7500'))
const client = await connect({ cluster: where.cluster, servers: Object.values(where.clients) })
const lock = new DistributedLock(client, '/locks/counter')

await client.create('/counter', encode(0)).catch((error: unknown) => {
  if (!SynodError.is(error, 'SYNOD_NODE_EXISTS')) throw error
})
process.on('SIGINT', () => void client.close().then(() => process.exit(0)))

for (;;) {
  await lock.withLock({}, async ({ fencingToken }) => {
    const { data, stat } = await client.get('/counter')
    const next = Number(new TextDecoder().decode(data)) + 1
    await client.set('/counter', encode(next), { version: stat.version })
    console.log(`counter ${next}, token ${fencingToken}`)
  })
}

function encode(value: number): Uint8Array {
  return new TextEncoder().encode(String(value))
}
