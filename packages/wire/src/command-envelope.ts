import type { CommandEnvelope } from './client-messages.ts'
import type { Decoded } from './decoded.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

const envelopeFormat = 1

/** A command as the client sends it and as it stays in the log of every server. The operation is the rest of the bytes. */
export function encodeCommandEnvelope(envelope: CommandEnvelope): Uint8Array {
  const writer = Writer.brief()
  writer.u8(envelopeFormat)
  writer.u53(envelope.sessionId)
  writer.u53(envelope.sequence)
  writer.u53(envelope.ackedBelow)
  writer.raw(envelope.operation)
  return writer.finish()
}

/** The envelope of a command; the operation is a view of `bytes`. */
export function decodeCommandEnvelope(bytes: Uint8Array): Decoded<CommandEnvelope> {
  const reader = new Reader(bytes)
  const format = reader.u8()
  if (format !== envelopeFormat) reader.fail(`command of format ${format}, this version reads ${envelopeFormat}`)
  const sessionId = reader.u53()
  const sequence = reader.u53()
  const ackedBelow = reader.u53()
  return reader.result({ sessionId, sequence, ackedBelow, operation: reader.raw(reader.remaining) })
}
