import type { ConfigIssue } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'

/** True for a number that may name a server: an integer from 1 to 65535. */
export function isNodeId(value: unknown): value is NodeId {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 65_535
}

/** The addresses by number; meaningful only when `addressIssues` finds nothing. */
export function peerAddresses(peers: unknown): ReadonlyMap<NodeId, string> {
  if (typeof peers !== 'object' || peers === null) return new Map()
  return new Map(Object.entries(peers).map(([id, url]) => [Number(id), typeof url === 'string' ? url : '']))
}

/** Everything that is wrong with `peers`, for server `own`. With `secure`, plain `ws://` is an issue: it would undo TLS. */
export function addressIssues(own: NodeId, peers: unknown, secure: boolean): ConfigIssue[] {
  if (typeof peers !== 'object' || peers === null) {
    return [{ path: 'peers', message: 'must map the number of every server to its ws:// or wss:// address' }]
  }
  const issues: ConfigIssue[] = []
  for (const [id, url] of Object.entries(peers)) {
    const path = `peers.${id}`
    if (String(Number(id)) !== id || !isNodeId(Number(id))) {
      issues.push({ path, message: 'the number of a server is an integer from 1 to 65535' })
    }
    const issue = urlIssue(url, { secure, own: Number(id) === own })
    if (issue !== null) issues.push({ path, message: issue })
  }
  if (isNodeId(own) && !Object.hasOwn(peers, String(own))) {
    issues.push({ path: `peers.${own}`, message: `is missing: peers names every server of the cluster, this one (id ${own}) included` })
  }
  return issues
}

function urlIssue(url: unknown, { secure, own }: { secure: boolean; own: boolean }): string | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return `must be an address like ws://host:7400, is ${JSON.stringify(url)}`
  const { protocol, hash, username, password, port } = new URL(url)
  if (protocol !== 'ws:' && protocol !== 'wss:') return `must begin with ws:// or wss://, is ${JSON.stringify(url)}`
  if (secure && protocol === 'ws:') return `must begin with wss://, because tls is configured, is ${JSON.stringify(url)}`
  if (hash !== '') return `must have no fragment (${hash})`
  if (username !== '' || password !== '') return 'must carry no user or password; use the option secret'
  if (port === '0' && !own) return 'has port 0, which nobody can dial'
  return null
}
