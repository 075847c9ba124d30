import type { ClusterConfig } from '@synod/interface/protocol'
import type { CoreOptions } from '@synod/election-core'
import { bytesToHex, decodeConfig, encodeConfig } from '@synod/wire'
import type { ResolvedOptions } from './options.ts'

/** What the core is told of a replica's options. */
export function coreOptions(options: ResolvedOptions): CoreOptions {
  return {
    self: options.id,
    clusterName: options.cluster,
    config: firstConfig(options),
    formatId: bytesToHex(options.random.bytes(16)),
    newClusterId: bytesToHex(options.random.bytes(16)),
    codec: {
      encode: encodeConfig,
      decode: (bytes) => {
        const decoded = decodeConfig(bytes)
        return decoded.ok ? decoded.value : null
      },
    },
    timings: {
      heartbeatMicros: options.heartbeatIntervalMs * 1000,
      suspicionMinMicros: options.suspicionTimeoutMinMs * 1000,
      suspicionMaxMicros: options.suspicionTimeoutMaxMs * 1000,
    },
    limits: {
      uncommittedBytesMax: options.maxUncommittedBytes,
      snapshotChunkBytes: options.chunkBytesMax,
      appendBytesMax: options.appendBytesMax,
    },
  }
}

/** The configuration that a cluster is formed with: all voters are equal. */
function firstConfig(options: ResolvedOptions): ClusterConfig {
  const members = options.voters.map((id) => ({ id, instance: 1, kind: 'voter' as const, weight: 1, priority: 0 }))
  return { members, outgoing: null, leaseMs: 0 }
}
