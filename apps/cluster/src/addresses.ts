/** Where the three servers of this template live. Replace it by your configuration: names, ports, a secret from your platform. */
export interface Addresses {
  readonly cluster: string
  /** Where servers reach each other, by id. */
  readonly peers: Readonly<Record<number, string>>
  /** Where clients reach each server, by id. */
  readonly clients: Readonly<Record<number, string>>
}

export function addresses(basePort: number): Addresses {
  const ids = [1, 2, 3]
  const at = (offset: number): Readonly<Record<number, string>> =>
    Object.fromEntries(ids.map((id) => [id, `ws://127.0.0.1:${basePort + offset + id}`]))
  return { cluster: 'template', peers: at(0), clients: at(10) }
}
