/**
 * What decoding gives: a value, or why the bytes are not one. No decoder of this package throws, whatever the bytes are.
 * `reason` is for a person and for a counter of closed connections; it names the place and never repeats the bytes.
 */
export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

/** A `Decoded` that failed. */
export function undecodable(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason }
}
