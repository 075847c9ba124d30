import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Decoded } from '@synod/wire'
import * as wire from '@synod/wire'
import { describe, expect, it } from 'vitest'
import { bodies, clientMessages, config, envelope, frameOf, records, serverMessages } from './samples.ts'

const folder = new URL('../../../testdata/wire/v1/', import.meta.url)
const chain = 0x12345678

interface Golden {
  readonly name: string
  readonly what: string
  readonly value: unknown
  readonly bytes: Uint8Array
  readonly decode: (bytes: Uint8Array) => Decoded<unknown>
}

/** Every kind of message and record, and the two payloads that stay in the log. */
function goldens(): Golden[] {
  return [
    ...bodies.map((body) => {
      const value = frameOf(body)
      const bytes = wire.encodePeerFrame(value)
      return { name: `peer-${body.type}`, what: 'frame between peers with one message', value, bytes, decode: wire.decodePeerFrame }
    }),
    ...clientMessages.map((message) => {
      const value = [message]
      const bytes = wire.encodeClientMessages(value)
      return { name: `client-${message.type}`, what: 'frame of a client', value, bytes, decode: wire.decodeClientMessages }
    }),
    ...serverMessages.map((message) => {
      const value = [message]
      const bytes = wire.encodeServerMessages(value)
      return { name: `server-${message.type}`, what: 'frame of a server', value, bytes, decode: wire.decodeServerMessages }
    }),
    ...records.map((record) => {
      const { bytes, chain: after } = wire.encodeRecords([record], chain)
      const decode = (given: Uint8Array): Decoded<unknown> => wire.decodeRecords(given, chain)
      return { name: `record-${record.kind}`, what: 'batch of one log record', value: { records: [record], chain: after }, bytes, decode }
    }),
    {
      name: 'command',
      what: 'command envelope',
      value: envelope,
      bytes: wire.encodeCommandEnvelope(envelope),
      decode: wire.decodeCommandEnvelope,
    },
    {
      name: 'config',
      what: 'configuration, payload of an epoch entry',
      value: config,
      bytes: wire.encodeConfig(config),
      decode: wire.decodeConfig,
    },
  ]
}

/** `#` lines tell what the bytes are, the others are hex, 32 bytes a line. */
function render(golden: Golden): string {
  const lines = wire.bytesToHex(golden.bytes).match(/.{1,64}/g) ?? []
  const value = JSON.stringify(golden.value, (_, part: unknown) => (part instanceof Uint8Array ? `hex:${wire.bytesToHex(part)}` : part))
  return `# ${golden.name}: ${golden.what}\n# ${value}\n${lines.join('\n')}\n`
}

function parse(text: string): Uint8Array {
  const hex = text.replaceAll(/^#.*$/gm, '').replaceAll(/\s/g, '')
  const bytes = wire.hexToBytes(hex)
  if (!bytes.ok) throw new Error(bytes.reason)
  return bytes.value
}

if (process.env['SYNOD_WRITE_GOLDEN'] === '1') {
  mkdirSync(folder, { recursive: true })
  for (const golden of goldens()) writeFileSync(new URL(`${golden.name}.hex`, folder), render(golden))
}

describe('golden files of version 1', () => {
  it('are there for every kind and for nothing else', () => {
    const names = goldens().map((golden) => `${golden.name}.hex`)
    expect(readdirSync(folder).toSorted()).toEqual(names.toSorted())
  })

  it.each(goldens())('$name is encoded as it was, and decodes', (golden) => {
    const text = readFileSync(new URL(`${golden.name}.hex`, folder), 'utf8')
    expect(render(golden)).toBe(text)
    expect(golden.decode(parse(text))).toEqual({ ok: true, value: golden.value })
  })
})
