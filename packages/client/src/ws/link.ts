import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { ClientLink } from '@synod/interface'
import { webSocketFrame, webSocketFrameMax } from '@synod/wire'

/** Longest frame either side takes: one value of full size with its path, several of usual size. */
export const frameMax: number = 4 * 1024 * 1024

/** Settings of sockets on both sides; a peer that does not answer a close is cut off after `closeTimeout` ms. */
export const socketSettings: {
  readonly perMessageDeflate: false
  readonly maxPayload: number
  readonly closeTimeout: number
  readonly skipUTF8Validation: true
} = {
  perMessageDeflate: false,
  maxPayload: frameMax,
  closeTimeout: 1_000,
  skipUTF8Validation: true,
}

/** A client must mask its frames, against proxies fooled by scripts in browsers. Here is no browser: a mask of zeros is valid and costs nothing. */
export function zeroMask(mask: Buffer): void {
  mask.fill(0)
}

/** WebSocket close frames carry at most 123 bytes of reason. */
const reasonMax = 120

/** The link of an open WebSocket over this connection; `masks`: as the one that dialled it. */
export function linkOf(socket: WebSocket, { connection, masks }: { readonly connection: Duplex; readonly masks: boolean }): ClientLink {
  return {
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return
      if (frame.length > webSocketFrameMax) socket.send(frame, { binary: true })
      else connection.write(webSocketFrame(frame, masks))
    },
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    close: (reason) => {
      socket.close(1000, Buffer.from(reason).subarray(0, reasonMax).toString('utf8').replaceAll('\uFFFD', ''))
    },
  }
}
