import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Relay } from '../src/relay.ts'
import { until } from '../src/until.ts'

let server: Server
let relay: Relay
/** What the server behind the relay has heard, and its connections. */
let heard = ''
let accepted: Socket[] = []
let dialled: Socket[] = []

beforeEach(async () => {
  heard = ''
  accepted = []
  dialled = []
  server = createServer((socket) => {
    accepted.push(socket)
    socket.on('data', (bytes) => (heard += bytes.toString())).on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  relay = await Relay.to(() => (server.address() as AddressInfo).port)
})

afterEach(async () => {
  for (const socket of [...dialled, ...accepted]) socket.destroy()
  await relay.close()
  server.close()
})

function dial(): { readonly socket: Socket; readonly answers: () => string; readonly ended: () => boolean } {
  let answers = ''
  let ended = false
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1')
  socket.on('data', (bytes) => (answers += bytes.toString())).on('error', () => {})
  socket.on('close', () => (ended = true))
  dialled.push(socket)
  return { socket, answers: () => answers, ended: () => ended }
}

describe('a relay', () => {
  it('swallows one direction and passes the other, and what was swallowed arrives after it heals', async () => {
    const { socket, answers, ended } = dial()
    await until('the connection is there', () => accepted.length === 1)
    relay.cut('forth')
    socket.write('one')
    accepted[0]?.write('back')
    await until('the other direction passes', () => answers() === 'back')
    expect([heard, ended()]).toEqual(['', false])
    relay.heal()
    socket.write(' two')
    await until('all of it arrives', () => heard === 'one two')
  })

  it('delays one direction only', async () => {
    const { socket, answers } = dial()
    await until('the connection is there', () => accepted.length === 1)
    relay.delay('forth', 300)
    const start = performance.now()
    socket.write('late')
    accepted[0]?.write('soon')
    await until('the fast direction passes', () => answers() === 'soon')
    await until('the slow one arrives', () => heard === 'late')
    expect(performance.now() - start).toBeGreaterThanOrEqual(299)
  })

  it('that refuses breaks what is open and what is dialled, until it heals', async () => {
    const first = dial()
    await until('the connection is there', () => accepted.length === 1)
    relay.refuse()
    await until('it breaks', () => first.ended())
    const second = dial()
    await until('the next one breaks, too', () => second.ended())
    expect(accepted).toHaveLength(1)
    relay.heal()
    const third = dial()
    third.socket.write('here')
    await until('it passes again', () => heard === 'here')
  })
})
