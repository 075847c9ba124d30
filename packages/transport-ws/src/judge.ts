import type { TransportIdentity } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { Answer, Hello } from './hello.ts'
import type { Refusal } from './refusal.ts'

/** Whether an authenticated caller belongs here; `null` means welcome. Pure. */
export function judgeHello(hello: Hello, self: TransportIdentity, peers: ReadonlyMap<NodeId, unknown>): Refusal | null {
  if (hello.clusterName !== self.clusterName) {
    const names = `${JSON.stringify(self.clusterName)}, the caller to ${JSON.stringify(hello.clusterName)}`
    return { code: 'SYNOD_CLUSTER_MISMATCH', message: `this server belongs to the cluster ${names}: one of the addresses is wrong` }
  }
  const ids = clusterIdRefusal(self.clusterId, hello.clusterId)
  if (ids !== null) return ids
  if (hello.to !== self.id) {
    return invalid(
      `the caller expects server ${hello.to} at this address, but this is server ${self.id}: correct peers.${hello.to} of server ${hello.from}`,
    )
  }
  if (hello.from === self.id) {
    return invalid(`the caller says that it is server ${self.id}, but that is this server: two servers are configured with one id`)
  }
  if (!peers.has(hello.from)) {
    const known = [...peers.keys()].sort((a, b) => a - b).join(', ')
    return invalid(`server ${hello.from} is not among the peers of server ${self.id} (${known}): add it there or remove it here`)
  }
  return null
}

/** The same check by the dialer, for what only the answer tells. */
export function judgeAnswer(answer: Answer, self: TransportIdentity): Refusal | null {
  return clusterIdRefusal(self.clusterId, answer.clusterId)
}

function clusterIdRefusal(own: string, other: string): Refusal | null {
  if (own === '' || other === '' || own === other) return null
  return {
    code: 'SYNOD_CLUSTER_MISMATCH',
    message: `the cluster ids differ (${own} here, ${other} there): these servers were started as two clusters of the same name`,
  }
}

function invalid(message: string): Refusal {
  return { code: 'SYNOD_INVALID_CONFIG', message }
}
