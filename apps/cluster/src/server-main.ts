// One server process: node src/server-main.ts <id> <base port> <data directory>
import { addresses } from './addresses.ts'
import { startServer } from './server.ts'

const [id = '', basePort = '', dataDir = ''] = process.argv.slice(2)
const server = await startServer(Number(id), addresses(Number(basePort)), dataDir)

server.replica.on('role:change', ({ role, strength, epoch }) => {
  console.log(`server ${id}: ${role}${role === 'leading' ? ` (${strength})` : ''}, epoch ${epoch}`)
})
server.replica.on('halt', ({ error }) => {
  console.error(`server ${id} halts: ${error.message}`)
  process.exitCode = 1
  void server.stop()
})

let stopping = false
function stop(): void {
  if (stopping) process.exit(1)
  stopping = true
  void server.stop()
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
// Started with a pipe as standard input, a server ends when whoever started it does, however that ends.
if (!process.stdin.isTTY) process.stdin.on('end', stop).resume()
