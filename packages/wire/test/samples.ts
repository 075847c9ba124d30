import type { ClusterConfig, Entry, PeerBody, PeerFrame, SnapshotMeta, WalRecord } from '@synod/interface/protocol'
import type { ClientMessage, CommandEnvelope, ServerMessage } from '@synod/wire'
import { utf8Encode } from '@synod/wire'

const clusterId = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'
const formatId = '00112233445566778899aabbccddeeff'
const timeMs = 1_790_000_000_000

export const config: ClusterConfig = {
  members: [
    { id: 1, instance: 1, kind: 'voter', weight: 1, priority: 0 },
    { id: 2, instance: 1, kind: 'voter', weight: 1, priority: 5 },
    { id: 300, instance: 4, kind: 'witness', weight: 2, priority: 0 },
  ],
  outgoing: [{ id: 7, instance: 2, kind: 'observer', weight: 0, priority: 1 }],
  leaseMs: 250,
}

export const entries: readonly Entry[] = [
  { epoch: 3, index: 41, type: 'epoch', timeMs, payload: utf8Encode('config') },
  { epoch: 3, index: 42, type: 'command', timeMs, payload: utf8Encode('create /a') },
  { epoch: 3, index: 43, type: 'command', timeMs: timeMs + 7, payload: new Uint8Array(0) },
  { epoch: 5, index: 44, type: 'release', timeMs: timeMs + 1007, payload: utf8Encode('ü') },
]

const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const epochTable = [
  { epoch: 1, lastIndex: 20 },
  { epoch: 3, lastIndex: 9_007_199_254_740_991 },
]

export const snapshot: SnapshotMeta = { id: `3-40-${hash}`, zxid: { epoch: 3, index: 40 }, config, epochTable, timeMs, size: 70_000, hash }

const leader = { id: 3, epoch: 5, alive: true }
const lastZxid = { epoch: 3, index: 44 }

/** One of every kind, with a value in every field that is not its default. */
export const bodies: readonly PeerBody[] = [
  { type: 'append', epoch: 5, prevZxid: { epoch: 3, index: 40 }, entries, commitIndex: 43, wantsAnswer: true },
  {
    type: 'appended',
    epoch: 5,
    ok: false,
    durableIndex: 39,
    appliedIndex: 38,
    promisedEpoch: 6,
    promisedTo: 2,
    leader,
    conflict: { lastZxid, firstIndex: 2, epochTable },
  },
  {
    type: 'status',
    role: 'relayed',
    lastZxid,
    priority: 1,
    promisedEpoch: 5,
    promisedTo: 3,
    leader,
    reach: [1, 2, 300],
    quorumConnected: true,
    supports: 2,
    faulty: true,
    store: 'pristine',
    formatId,
    nextInMicros: 50_000,
  },
  { type: 'newEpoch', epoch: 6, lastZxid, priority: 1, reEpoch: true, transferToken: 99 },
  {
    type: 'ackEpoch',
    epoch: 6,
    candidateIncarnation: 12,
    granted: true,
    promisedEpoch: 6,
    promisedTo: 2,
    lastZxid,
    epochTable,
    firstIndex: 2,
    leader,
    faulty: true,
    lastEntryAgeMicros: 1_500_000,
  },
  { type: 'fetch', epoch: 6, lastZxid, firstIndex: 2, epochTable },
  { type: 'fetched', epoch: 6, candidateIncarnation: 12, prevZxid: { epoch: 3, index: 40 }, entries, last: true },
  { type: 'hello', promisedEpoch: 6, promisedTo: 2, lastZxid, firstIndex: 2, epochTable },
  { type: 'snapshotBegin', epoch: 6, forFetch: true, candidateIncarnation: 12, snapshot },
  {
    type: 'snapshotChunk',
    epoch: 6,
    forFetch: true,
    candidateIncarnation: 12,
    snapshotId: snapshot.id,
    offset: 65_536,
    bytes: utf8Encode('a piece of a snapshot'),
    last: true,
  },
  { type: 'snapshotAck', epoch: 6, snapshotId: snapshot.id, offset: 65_557, installed: true, have: { epoch: 4, index: 45 } },
  { type: 'snapshotEnd', epoch: 6, snapshotId: snapshot.id },
  { type: 'resign', epoch: 6, successor: 2 },
  { type: 'transfer', epoch: 6, lastZxid, token: 99 },
  { type: 'readIndex', readId: 1234 },
  { type: 'readIndexed', readId: 1234, index: 44, refused: true, leader },
  {
    type: 'format',
    clusterId,
    config,
    formatIds: [
      { id: 1, formatId },
      { id: 2, formatId: clusterId },
    ],
  },
  { type: 'formatted', clusterId, formatId },
  { type: 'staleIncarnation', seen: 13 },
  { type: 'forward', firstId: 77, commands: [utf8Encode('one'), new Uint8Array(0), utf8Encode('three')] },
  { type: 'forwarded', firstId: 77, count: 3, zxid: lastZxid, refused: 'SYNOD_BUSY' },
  { type: 'touch', touchId: 8, sessions: [17, 4, 9_000_000] },
  { type: 'touched', touchId: 8, refused: true, expiring: [4] },
  { type: 'announce', endpoint: 'ws://[::1]:7000', pid: 4711, version: '0.1.0' },
]

/** The frame that carries one message of `bodies`. */
export function frameOf(body: PeerBody): PeerFrame {
  return {
    clusterId,
    generation: 1,
    from: { id: 2, instance: 3 },
    fromIncarnation: 12,
    to: 300,
    configIndex: 41,
    messages: [{ toIncarnation: 9, sequence: 1000, echo: { incarnation: 9, sequence: 998 }, body }],
  }
}

export const clientMessages: readonly ClientMessage[] = [
  { type: 'attach', requestId: 1, sessionId: 17, nonce: utf8Encode('0123456789abcdef'), minIndex: 44 },
  { type: 'write', requestId: 2, command: utf8Encode('command') },
  { type: 'read', requestId: 3, consistency: 'session', minIndex: 44, query: utf8Encode('query') },
  { type: 'ping', requestId: 200, sessionId: 17 },
  { type: 'watch', watchId: 4, path: '/config/ä', mode: 'recursive', from: -1 },
  { type: 'unwatch', watchId: 4 },
  { type: 'status', requestId: 5 },
]

export const serverMessages: readonly ServerMessage[] = [
  {
    type: 'welcome',
    serverId: 1,
    leader: 3,
    epoch: 5,
    servers: [
      { id: 1, endpoint: 'ws://a:7000' },
      { id: 3, endpoint: '' },
    ],
  },
  { type: 'attached', requestId: 1, found: true, timeoutMs: 10_000, nextSequence: 6, code: 'SYNOD_BUSY' },
  { type: 'result', requestId: 2, code: 'SYNOD_NO_QUORUM', message: 'no quorum for 2 s', zxid: lastZxid, body: utf8Encode('result') },
  { type: 'pong', requestId: 200, outcome: 'expired' },
  { type: 'watching', watchId: 4, zxid: lastZxid, code: 'SYNOD_BUSY', message: 'too many watches' },
  {
    type: 'events',
    watchId: 4,
    zxid: lastZxid,
    events: [
      { type: 'created', path: '/config/ä', zxid: lastZxid },
      { type: 'children', path: '/config', zxid: lastZxid },
    ],
  },
  { type: 'compacted', watchId: 4, floor: 40 },
  { type: 'status', requestId: 5, json: utf8Encode('{"role":"leading"}') },
]

export const records: readonly WalRecord[] = [
  {
    kind: 'meta',
    clusterName: 'checkout',
    clusterId,
    generation: 1,
    member: { id: 2, instance: 3 },
    incarnation: 12,
    config,
  },
  { kind: 'promise', epoch: 6, candidate: 2, candidateIncarnation: 12 },
  { kind: 'entries', prev: { epoch: 3, index: 40 }, entries },
  { kind: 'truncate', keepIndex: 43 },
  { kind: 'snapbase', snapshot },
  { kind: 'commithint', index: 43 },
  { kind: 'seal', sequence: 15 },
]

export const envelope: CommandEnvelope = { sessionId: 17, sequence: 6, ackedBelow: 4, operation: utf8Encode('create /a') }
