import type { ChaosCluster } from '../cluster.ts'
import type { LinkFaultKind } from './plan.ts'
import { rotated } from './targets.ts'

/** One fault upon links. */
export interface LinkFault {
  readonly kind: LinkFaultKind
  readonly targets: readonly number[]
  readonly choice: number
  readonly delayMs: number
}

/** Makes the fault and says in words what it did. It lasts until `healLinks`. */
export function strikeLinks(cluster: ChaosCluster, { kind, targets, choice, delayMs }: LinkFault): string {
  const { links } = cluster.inner
  const { ids } = cluster
  const names = targets.join(', ')
  const others = ids.filter((id) => !targets.includes(id))
  const [one = 1] = targets
  const peer =
    rotated(
      ids.filter((id) => id !== one),
      choice,
    )[0] ?? one
  switch (kind) {
    case 'isolate':
      for (const a of targets) for (const b of ids) if (a !== b) links.cut(a, b)
      return targets.length === ids.length ? 'everybody is alone' : `server ${names} is alone`
    case 'mute':
      for (const to of ids) if (to !== one) links.swallow(one, to)
      return `nobody hears server ${one}`
    case 'deafen':
      for (const from of ids) if (from !== one) links.swallow(from, one)
      return `server ${one} hears nobody`
    case 'split':
      for (const a of targets) for (const b of others) links.cut(a, b)
      return `split: ${names} | ${others.join(', ')}`
    case 'bridge':
      return bridge(cluster, choice)
    case 'edge':
      links.cut(one, peer)
      return `no link between ${one} and ${peer}`
    case 'one-way edge':
      links.swallow(one, peer)
      return `nothing from ${one} to ${peer}`
    case 'refuse':
      for (const to of ids) if (to !== one) links.refuse(one, to)
      return `every connection of server ${one} is refused`
    case 'one-way refuse':
      links.refuseOneWay(one, peer)
      return `${peer} refuses connections of ${one}`
    case 'slow':
      for (const a of targets) for (const b of ids) if (a !== b) delayBoth(cluster, [a, b], delayMs)
      return `links of ${names} take ${delayMs} ms more`
    case 'one-way slow':
      for (const to of ids) if (to !== one) links.delay(one, to, delayMs)
      return `from server ${one} it takes ${delayMs} ms more`
    case 'reset':
      for (const a of targets) for (const b of ids) if (a !== b) links.reset(a, b)
      return `connections of ${names} break`
    case 'clients':
      return cutClients(cluster, one, choice)
  }
}

/** Everything flows again, and what was swallowed arrives. */
export function healLinks(cluster: ChaosCluster): void {
  cluster.inner.links.heal()
  for (const id of cluster.ids) cluster.relay(id).heal()
}

/** Two halves that only one server hears both of. */
function bridge({ ids, inner }: ChaosCluster, choice: number): string {
  const [middle = 1, ...rest] = rotated(ids, choice)
  const half = Math.ceil(rest.length / 2)
  const left = rest.slice(0, half)
  const right = rest.slice(half)
  for (const a of left) for (const b of right) inner.links.cut(a, b)
  return `split with a bridge: ${left.join(', ')} | ${right.join(', ')}, ${middle} hears both`
}

function delayBoth({ inner }: ChaosCluster, [a, b]: readonly [number, number], delayMs: number): void {
  inner.links.delay(a, b, delayMs)
  inner.links.delay(b, a, delayMs)
}

function cutClients(cluster: ChaosCluster, id: number, choice: number): string {
  const relay = cluster.relay(id)
  const way = choice % 4
  if (way !== 1) relay.cut('forth')
  if (way !== 2) relay.cut('back')
  if (way === 3) relay.reset()
  return (
    [
      `no bytes between clients and server ${id}`,
      `clients hear nothing of server ${id}`,
      `server ${id} hears nothing of clients`,
      `clients lose their connections to server ${id}`,
    ][way] ?? ''
  )
}
