import { describe, expect, it } from 'vitest'
import { webSocketFrame } from '@synod/wire'

describe('a WebSocket frame in one piece', () => {
  for (const length of [0, 1, 125, 126, 127, 255, 256, 16_384, 65_535]) {
    for (const masked of [false, true]) {
      it(`of ${length} bytes${masked ? ' with a mask of zeros' : ''} is as RFC 6455 draws it`, () => {
        const payload = Uint8Array.from({ length }, (_, at) => at % 251)
        const size = length <= 125 ? [length] : [126, length >> 8, length & 0xff]
        if (masked && size[0] !== undefined) size[0] |= 0x80
        const head = [0x82, ...size, ...(masked ? [0, 0, 0, 0] : [])]
        const frame = webSocketFrame(payload, masked)
        expect([...frame.subarray(0, head.length)]).toEqual(head)
        expect(Buffer.compare(frame.subarray(head.length), payload)).toBe(0)
      })
    }
  }

  it('refuses what needs another header', () => {
    expect(() => webSocketFrame(new Uint8Array(65_536), false)).toThrow(RangeError)
  })
})
