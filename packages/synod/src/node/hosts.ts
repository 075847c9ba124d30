/** True for a host that only processes of this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** True for the addresses that mean "all interfaces": good to bind to, of no use to connect to. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** Host without brackets, and port, of a `ws://` or `wss://` address; `null` when it is none. */
export function hostAndPort(url: unknown): { readonly host: string; readonly port: number } | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return null
  const { protocol, hostname, port, hash } = new URL(url)
  if ((protocol !== 'ws:' && protocol !== 'wss:') || hash !== '') return null
  const fallback = protocol === 'ws:' ? 80 : 443
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? fallback : Number(port) }
}

/** The way a host stands in an address. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
