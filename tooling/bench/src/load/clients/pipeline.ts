import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { BenchClient, ClientTarget } from './client.ts'

/** A client of the bare pipeline: it can write and nothing else. What is written in one turn of the event loop leaves in one frame. */
export async function connectPipeline({ endpoints }: ClientTarget): Promise<BenchClient> {
  const socket = await open(endpoints[0] ?? '')
  const waiting = new Map<number, () => void>()
  let next = 1
  let numbers: number[] = []
  let values: Uint8Array[] = []
  const flush = (): void => {
    const head = Buffer.alloc(4 + 4 * numbers.length)
    head.writeUInt32LE(numbers.length)
    numbers.forEach((number, index) => head.writeUInt32LE(number, 4 + 4 * index))
    socket.send(Buffer.concat([head, ...values]))
    numbers = []
    values = []
  }
  socket.on('message', (frame: Buffer) => {
    for (let at = 0; at < frame.length; at += 4) {
      const number = frame.readUInt32LE(at)
      waiting.get(number)?.()
      waiting.delete(number)
    }
  })
  const write = (value: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (numbers.length === 0) setImmediate(flush)
      waiting.set(next, resolve)
      numbers.push(next++)
      values.push(value)
    })
  const unable = (): Promise<never> => Promise.reject(new Error('the bare pipeline can only write'))
  return {
    put: (_, value) => write(value),
    write: (_, value) => write(value),
    read: unable,
    lockAndUnlock: unable,
    close: async () => socket.terminate(),
  }
}

/** Tries until the server listens. */
async function open(url: string): Promise<WebSocket> {
  for (;;) {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('open', () => resolve(true))
      socket.on('error', () => resolve(false))
    })
    if (opened) return socket
    await sleep(10)
  }
}
