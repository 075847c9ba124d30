import { frameBytesMax, frameItemsMax } from './limits.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** Version of all frames. It changes with any change of what a frame means: there are no optional parts (docs/wire.md). */
export const wireVersion: number = 1

/** `P`: between peers, `C`: from a client, `S`: from a server to a client. */
export type FrameKind = 'P' | 'C' | 'S'

/** A writer that has the head of a frame: `S`, `Y`, the kind, the version. */
export function beginFrame(kind: FrameKind): Writer {
  const writer = Writer.brief()
  writer.u8(0x53)
  writer.u8(0x59)
  writer.u8(kind.charCodeAt(0))
  writer.u8(wireVersion)
  return writer
}

/** Throws `RangeError` when the frame is more than a receiver takes. */
export function finishFrame(writer: Writer): Uint8Array {
  if (writer.length > frameBytesMax) {
    throw new RangeError(`cannot encode a frame of ${writer.length} bytes: at most ${frameBytesMax} are allowed`)
  }
  if (writer.items > frameItemsMax) {
    throw new RangeError(`cannot encode a frame with ${writer.items} items: at most ${frameItemsMax} are allowed`)
  }
  return writer.finish()
}

/** A reader behind the head of a frame; it has failed when the head is not that of `kind` in this version. */
export function openFrame(kind: FrameKind, bytes: Uint8Array): Reader {
  const reader = new Reader(bytes, frameItemsMax)
  if (bytes.length > frameBytesMax) {
    reader.fail(`frame of ${bytes.length} bytes, at most ${frameBytesMax} are allowed`)
  } else if (reader.u8() !== 0x53 || reader.u8() !== 0x59) {
    reader.fail('not a frame of Synod')
  } else if (reader.u8() !== kind.charCodeAt(0)) {
    reader.fail(`not a frame of kind ${kind}`)
  } else {
    const version = reader.u8()
    if (version !== wireVersion) reader.fail(`frame of wire version ${version}, this side speaks version ${wireVersion}`)
  }
  return reader
}
