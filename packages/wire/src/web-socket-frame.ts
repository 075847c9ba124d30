const opcodeBinary = 0x82
const maskBit = 0x80
/** Up to this many payload bytes a length fits the first, and the second, of three forms. */
const shortMax = 125
const mediumMax = 0xffff
const maskBytes = 4

/** A payload up to this length is cheaper copied behind its header than written beside it. */
export const webSocketFrameMax: number = 16 * 1024

/**
 * One unfragmented binary WebSocket frame (RFC 6455 §5.2) in one piece: header and payload leave in one write, where `ws` makes two, and
 * a list of them, of it. `masked`: as a client must send it; with a mask of zeros, which changes nothing of the payload. For payloads up
 * to `webSocketFrameMax` bytes; throws `RangeError` beyond 65,535.
 */
export function webSocketFrame(payload: Uint8Array, masked: boolean): Uint8Array {
  const { length } = payload
  if (length > mediumMax) throw new RangeError(`a frame of ${length} bytes has another header`)
  const lengthBytes = length <= shortMax ? 2 : 4
  const head = lengthBytes + (masked ? maskBytes : 0)
  const frame = new Uint8Array(head + length)
  frame[0] = opcodeBinary
  if (length <= shortMax) frame[1] = length | (masked ? maskBit : 0)
  else {
    frame[1] = 126 | (masked ? maskBit : 0)
    frame[2] = length >> 8
    frame[3] = length & 0xff
  }
  frame.set(payload, head)
  return frame
}
