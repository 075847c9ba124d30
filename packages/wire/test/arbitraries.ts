import type {
  ClusterConfig,
  Entry,
  EpochEnd,
  MemberConfig,
  PeerBody,
  PeerFrame,
  SnapshotMeta,
  WalRecord,
  Zxid,
} from '@synod/interface/protocol'
import type { ClientMessage, CommandEnvelope, ServerMessage } from '@synod/wire'
import { bytesToHex } from '@synod/wire'
import * as fc from 'fast-check'

/** Small and large alike: each length of a varint is met. */
export const u53: fc.Arbitrary<number> = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: 0, max: 53 }).map((bits) => Math.max(0, 2 ** bits - 1)),
  fc.maxSafeNat(),
)
export const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 40 })
export const text: fc.Arbitrary<string> = fc.oneof(fc.string({ maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 60 }))
const bool = fc.boolean()
const nodeId = fc.integer({ min: 0, max: 65_535 })
const memberId = fc.integer({ min: 1, max: 65_535 })
const zxid: fc.Arbitrary<Zxid> = fc.record({ epoch: u53, index: u53 })
const hex = (length: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: length, maxLength: length }).map(bytesToHex)
const id128 = fc.oneof(fc.constant(''), hex(16))
const hint = fc.option(fc.record({ id: nodeId, epoch: u53, alive: bool }))
const ascending = (value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.uniqueArray(value, { maxLength: 6 }).map((list) => list.toSorted((a, b) => a - b))

const epochTable: fc.Arbitrary<EpochEnd[]> = fc
  .tuple(ascending(u53), u53)
  .map(([epochs, lastIndex]) => epochs.map((epoch) => ({ epoch, lastIndex })))

const member: fc.Arbitrary<MemberConfig> = fc.record({
  id: memberId,
  instance: u53,
  kind: fc.constantFrom('voter', 'observer', 'witness'),
  weight: u53,
  priority: u53,
})
const members = fc.uniqueArray(member, { selector: ({ id }) => id, maxLength: 5 }).map((list) => list.toSorted((a, b) => a.id - b.id))

export const config: fc.Arbitrary<ClusterConfig> = fc.record({ members, outgoing: fc.option(members), leaseMs: u53 })

const snapshot: fc.Arbitrary<SnapshotMeta> = fc.record({
  id: fc.string({ maxLength: 60 }),
  zxid,
  config,
  epochTable,
  timeMs: u53,
  size: u53,
  hash: hex(32),
})

const step = fc.record({
  epochs: fc.oneof(fc.constant(0), fc.nat({ max: 1000 })),
  ms: fc.oneof(fc.constant(0), fc.nat({ max: 100_000 })),
  type: fc.constantFrom('epoch', 'command', 'config', 'release', 'recovery'),
  payload: bytes,
})

/** `prev` and entries that follow it as the log demands. */
export const entries: fc.Arbitrary<{ prev: Zxid; entries: Entry[] }> = fc
  .record({
    prev: fc.record({ epoch: fc.nat(), index: fc.integer({ min: 0, max: 2 ** 52 }) }),
    timeMs: fc.integer({ min: 0, max: 2 ** 52 }),
    steps: fc.array(step, { maxLength: 12 }),
  })
  .map(({ prev, timeMs, steps }) => {
    let { epoch, index } = prev
    let time = timeMs
    const following = steps.map(({ epochs, ms, type, payload }): Entry => {
      epoch += epochs
      time += ms
      index++
      return { epoch, index, type, timeMs: time, payload }
    })
    return { prev, entries: following }
  })

const conflict = fc.record({ lastZxid: zxid, firstIndex: u53, epochTable })
const reach = ascending(memberId)
const type = <T extends string>(name: T): { type: fc.Arbitrary<T> } => ({ type: fc.constant(name) })

export const body: fc.Arbitrary<PeerBody> = fc.oneof(
  fc
    .record({ epoch: u53, commitIndex: u53, wantsAnswer: bool, log: entries })
    .map(({ log, ...rest }): PeerBody => ({ type: 'append', prevZxid: log.prev, entries: log.entries, ...rest })),
  fc
    .record({ epoch: u53, candidateIncarnation: u53, last: bool, log: entries })
    .map(({ log, ...rest }): PeerBody => ({ type: 'fetched', prevZxid: log.prev, entries: log.entries, ...rest })),
  fc.record({
    ...type('appended'),
    epoch: u53,
    ok: bool,
    durableIndex: u53,
    appliedIndex: u53,
    promisedEpoch: u53,
    promisedTo: nodeId,
    leader: hint,
    conflict: fc.option(conflict),
  }),
  fc.record({
    ...type('status'),
    role: fc.constantFrom('looking', 'candidate', 'following', 'relayed', 'leading'),
    lastZxid: zxid,
    priority: u53,
    promisedEpoch: u53,
    promisedTo: nodeId,
    leader: hint,
    reach,
    quorumConnected: bool,
    supports: nodeId,
    faulty: bool,
    store: fc.constantFrom('blank', 'pristine', 'formatted'),
    formatId: id128,
    nextInMicros: u53,
  }),
  fc.record({ ...type('newEpoch'), epoch: u53, lastZxid: zxid, priority: u53, reEpoch: bool, transferToken: u53 }),
  fc.record({
    ...type('ackEpoch'),
    epoch: u53,
    candidateIncarnation: u53,
    granted: bool,
    promisedEpoch: u53,
    promisedTo: nodeId,
    lastZxid: zxid,
    epochTable,
    firstIndex: u53,
    leader: hint,
    faulty: bool,
    lastEntryAgeMicros: u53,
  }),
  fc.record({ ...type('fetch'), epoch: u53, lastZxid: zxid, firstIndex: u53, epochTable }),
  fc.record({ ...type('hello'), promisedEpoch: u53, promisedTo: nodeId, lastZxid: zxid, firstIndex: u53, epochTable }),
  fc.record({ ...type('snapshotBegin'), epoch: u53, forFetch: bool, candidateIncarnation: u53, snapshot }),
  fc.record({
    ...type('snapshotChunk'),
    epoch: u53,
    forFetch: bool,
    candidateIncarnation: u53,
    snapshotId: fc.string({ maxLength: 60 }),
    offset: u53,
    bytes,
    last: bool,
  }),
  fc.record({ ...type('snapshotAck'), epoch: u53, snapshotId: fc.string(), offset: u53, installed: bool, have: fc.option(zxid) }),
  fc.record({ ...type('snapshotEnd'), epoch: u53, snapshotId: fc.string() }),
  fc.record({ ...type('resign'), epoch: u53, successor: nodeId }),
  fc.record({ ...type('transfer'), epoch: u53, lastZxid: zxid, token: u53 }),
  fc.record({ ...type('readIndex'), readId: u53 }),
  fc.record({ ...type('readIndexed'), readId: u53, index: u53, refused: bool, leader: hint }),
  fc.record({
    ...type('format'),
    clusterId: id128,
    config,
    formatIds: fc.array(fc.record({ id: nodeId, formatId: id128 }), { maxLength: 4 }),
  }),
  fc.record({ ...type('formatted'), clusterId: id128, formatId: id128 }),
  fc.record({ ...type('staleIncarnation'), seen: u53 }),
  fc.record({ ...type('forward'), firstId: u53, commands: fc.array(bytes, { maxLength: 6 }) }),
  fc.record({ ...type('forwarded'), firstId: u53, count: u53, zxid, refused: text }),
  fc.record({ ...type('touch'), touchId: u53, sessions: fc.array(u53) }),
  fc.record({ ...type('touched'), touchId: u53, refused: bool, expiring: fc.array(u53) }),
  fc.record({ ...type('announce'), endpoint: text, pid: u53, version: text }),
)

export const peerFrame: fc.Arbitrary<PeerFrame> = fc.record({
  clusterId: id128,
  generation: u53,
  from: fc.record({ id: nodeId, instance: u53 }),
  fromIncarnation: u53,
  to: nodeId,
  configIndex: u53,
  messages: fc.array(fc.record({ toIncarnation: u53, sequence: u53, echo: fc.record({ incarnation: u53, sequence: u53 }), body }), {
    maxLength: 4,
  }),
})

export const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ ...type('attach'), requestId: u53, sessionId: u53, nonce: bytes, minIndex: u53 }),
  fc.record({ ...type('write'), requestId: u53, command: bytes }),
  fc.record({
    ...type('read'),
    requestId: u53,
    consistency: fc.constantFrom('linearizable', 'session', 'stale'),
    minIndex: u53,
    query: bytes,
  }),
  fc.record({ ...type('ping'), requestId: u53, sessionId: u53 }),
  fc.record({
    ...type('watch'),
    watchId: u53,
    path: text,
    mode: fc.constantFrom('data', 'children', 'recursive'),
    from: fc.oneof(fc.constant(-1), fc.maxSafeInteger()),
  }),
  fc.record({ ...type('unwatch'), watchId: u53 }),
  fc.record({ ...type('status'), requestId: u53 }),
)

const event = fc.record({ type: fc.constantFrom('created', 'changed', 'deleted', 'children'), path: text })

export const serverMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({
    ...type('welcome'),
    serverId: nodeId,
    leader: nodeId,
    epoch: u53,
    servers: fc.array(fc.record({ id: nodeId, endpoint: text }), { maxLength: 7 }),
  }),
  fc.record({ ...type('attached'), requestId: u53, found: bool, timeoutMs: u53, nextSequence: u53, code: text }),
  fc.record({ ...type('result'), requestId: u53, code: text, message: text, zxid, body: bytes }),
  fc.record({ ...type('pong'), requestId: u53, outcome: fc.constantFrom('ok', 'expired', 'unavailable') }),
  fc.record({ ...type('watching'), watchId: u53, zxid, code: text, message: text }),
  fc.record({ watchId: u53, zxid, events: fc.array(event, { maxLength: 5 }) }).map((message): ServerMessage => ({
    type: 'events',
    ...message,
    events: message.events.map((one) => ({ ...one, zxid: message.zxid })),
  })),
  fc.record({ ...type('compacted'), watchId: u53, floor: u53 }),
  fc.record({ ...type('status'), requestId: u53, json: bytes }),
)

export const record: fc.Arbitrary<WalRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('meta'),
    clusterName: text,
    clusterId: id128,
    generation: u53,
    member: fc.record({ id: nodeId, instance: u53 }),
    incarnation: u53,
    config,
  }),
  fc.record({ kind: fc.constant('promise'), epoch: u53, candidate: nodeId, candidateIncarnation: u53 }),
  entries.map((log): WalRecord => ({ kind: 'entries', ...log })),
  fc.record({ kind: fc.constant('truncate'), keepIndex: u53 }),
  fc.record({ kind: fc.constant('snapbase'), snapshot }),
  fc.record({ kind: fc.constant('commithint'), index: u53 }),
  fc.record({ kind: fc.constant('seal'), sequence: u53 }),
)
export const batch: fc.Arbitrary<WalRecord[]> = fc.array(record, { minLength: 1, maxLength: 6 })

export const envelope: fc.Arbitrary<CommandEnvelope> = fc.record({ sessionId: u53, sequence: u53, ackedBelow: u53, operation: bytes })
