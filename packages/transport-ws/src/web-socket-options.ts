import type { ResolvedOptions } from './resolve-options.ts'

/** What both sides of every connection set. `closeTimeout` is missing in the types of `ws` 8.18, hence a plain object to spread. */
export function commonSocketOptions(options: ResolvedOptions): {
  perMessageDeflate: false
  maxPayload: number
  closeTimeout: number
  skipUTF8Validation: true
} {
  return {
    perMessageDeflate: false,
    maxPayload: options.frameBytesMax,
    closeTimeout: options.closeTimeoutMs,
    skipUTF8Validation: true,
  }
}

/**
 * A WebSocket client must mask what it sends, to protect proxies from the scripts of browsers. There is no browser here, and a mask
 * of zeros is valid for every receiver and spares a copy of each frame on one side and a pass over it on the other.
 */
export function zeroMask(mask: Buffer): void {
  mask.fill(0)
}
