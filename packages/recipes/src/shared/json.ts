/** What JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 of `value` as JSON; throws `TypeError` for what JSON cannot say at all (`undefined`, functions, bigint, cycles). */
export function encodeJson(value: unknown): Uint8Array {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`${typeof value} has no form in JSON`)
  return encoder.encode(text)
}

/** Throws `TypeError` or `SyntaxError` for bytes that are no UTF-8 or no JSON. */
export function decodeJson(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes))
}
