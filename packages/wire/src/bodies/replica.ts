import type { Announce, Forward, Forwarded, Touch, Touched } from '@synod/interface/protocol'
import { readText, writePayload, writeText } from '../fields.ts'
import { payloadBytesMax } from '../limits.ts'
import type { Reader } from '../reader.ts'
import type { Writer } from '../writer.ts'

export function writeForward(writer: Writer, body: Forward): void {
  writer.u53(body.firstId)
  writer.count(body.commands.length)
  for (const command of body.commands) writePayload(writer, command)
}

export function readForward(reader: Reader): Forward {
  const firstId = reader.u53()
  const commands: Uint8Array[] = []
  for (let left = reader.count(1); left > 0 && !reader.failed; left--) commands.push(reader.bytes(payloadBytesMax))
  return { type: 'forward', firstId, commands }
}

export function writeForwarded(writer: Writer, body: Forwarded): void {
  writer.u53(body.firstId)
  writer.u53(body.count)
  writer.zxid(body.zxid)
  writeText(writer, body.refused)
}

export function readForwarded(reader: Reader): Forwarded {
  return { type: 'forwarded', firstId: reader.u53(), count: reader.u53(), zxid: reader.zxid(), refused: readText(reader) }
}

export function writeTouch(writer: Writer, body: Touch): void {
  writer.u53(body.touchId)
  writeNumbers(writer, body.sessions)
}

export function readTouch(reader: Reader): Touch {
  return { type: 'touch', touchId: reader.u53(), sessions: readNumbers(reader) }
}

export function writeTouched(writer: Writer, body: Touched): void {
  writer.u53(body.touchId)
  writer.bool(body.refused)
  writeNumbers(writer, body.expiring)
}

export function readTouched(reader: Reader): Touched {
  return { type: 'touched', touchId: reader.u53(), refused: reader.bool(), expiring: readNumbers(reader) }
}

export function writeAnnounce(writer: Writer, body: Announce): void {
  writeText(writer, body.endpoint)
  writer.u53(body.pid)
  writeText(writer, body.version)
}

export function readAnnounce(reader: Reader): Announce {
  return { type: 'announce', endpoint: readText(reader), pid: reader.u53(), version: readText(reader) }
}

function writeNumbers(writer: Writer, numbers: readonly number[]): void {
  writer.count(numbers.length)
  for (const number of numbers) writer.u53(number)
}

function readNumbers(reader: Reader): number[] {
  const numbers: number[] = []
  for (let left = reader.count(1); left > 0 && !reader.failed; left--) numbers.push(reader.u53())
  return numbers
}
