// Three server processes on this machine: node src/start-three.ts [base port] [data directory]
import { spawn } from 'node:child_process'
import { addresses } from './addresses.ts'

const [basePort = '7500', dataDir = './data'] = process.argv.slice(2)
const program = new URL('./server-main.ts', import.meta.url).pathname
const where = addresses(Number(basePort))

const children = Object.keys(where.peers).map((id) => {
  const child = spawn(process.execPath, [program, id, basePort, `${dataDir}/${id}`], { stdio: ['pipe', 'inherit', 'inherit'] })
  console.log(`server ${id}: process ${child.pid}, clients at ${where.clients[Number(id)]}`)
  child.on('exit', (code, signal) => console.log(`server ${id} ended: ${signal ?? code}`))
  return child
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill('SIGTERM')
  })
}
