/** A value as text, with bytes in short: long ones are configurations, of which there is one. */
export function plain(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => {
    if (!(each instanceof Uint8Array)) return each
    return each.length > 8 ? `${each.length} bytes` : each.join('.')
  })
}
