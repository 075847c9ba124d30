import { parentPort, workerData } from 'node:worker_threads'
import { connect } from '@synod/client'

/** Writes without a pause from a thread of its own, and counts what was acknowledged where the other thread sees it without its event loop. */
const { endpoint, shared } = workerData as { readonly endpoint: string; readonly shared: SharedArrayBuffer }
const count = new Int32Array(shared)
const client = await connect({ servers: [endpoint] })
await client.create('/written', new Uint8Array())
parentPort?.postMessage('ready')
parentPort?.once('message', () => {
  stopping = true
})
let stopping = false
while (!stopping) {
  await client.set('/written', new Uint8Array())
  Atomics.add(count, 0, 1)
  Atomics.notify(count, 0)
}
await client.close()
