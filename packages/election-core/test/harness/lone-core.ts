import type { CoreEvent, CoreLimits, CoreView, Effects, ElectionCore, Outgoing } from '@synod/election-core'
import { recover } from '@synod/election-core'
import type {
  AckEpoch,
  Appended,
  CoreBody,
  Entry,
  NodeId,
  PeerMessage,
  SnapshotMeta,
  Status,
  WalRecord,
  Zxid,
} from '@synod/interface/protocol'
import { configOf } from './config-of.ts'

const clusterId = '1'.repeat(32)

/** The header of a message as a test wants it; whatever is left out is usual. */
export interface Header {
  readonly fromIncarnation?: number
  readonly toIncarnation?: number
  readonly sequence?: number
  readonly echo?: PeerMessage['echo']
}

/** Records of a formatted store, META first. */
export function storeOf(records: readonly WalRecord[], incarnation = 1): readonly WalRecord[] {
  const config = configOf(3)
  return [{ kind: 'meta', clusterName: 'sim', clusterId, generation: 0, member: { id: 1, instance: 1 }, incarnation, config }, ...records]
}

/** Entries `from` … `to` of one epoch as one record; the first is the epoch's own when the entry before is of another. */
export function entriesRecord(epoch: number, [from, to]: readonly [number, number], prevEpoch: number = epoch): WalRecord {
  return { kind: 'entries', prev: { epoch: prevEpoch, index: from - 1 }, entries: entriesOf(epoch, [from, to], prevEpoch) }
}

export function entriesOf(epoch: number, [from, to]: readonly [number, number], prevEpoch: number = epoch): readonly Entry[] {
  const payload = new TextEncoder().encode(JSON.stringify(configOf(3)))
  return Array.from({ length: to - from + 1 }, (_, at): Entry => {
    const opens = at === 0 && prevEpoch !== epoch
    return { epoch, index: from + at, type: opens ? 'epoch' : 'command', timeMs: 0, payload: opens ? payload : new Uint8Array() }
  })
}

export function snapshotOf(epoch: number, index: number, size = 32): SnapshotMeta {
  const table = [{ epoch, lastIndex: index }]
  return { id: `${epoch}-${index}`, zxid: { epoch, index }, config: configOf(3), epochTable: table, timeMs: 0, size, hash: 'h' }
}

export function promiseRecord(epoch: number, candidate: NodeId): WalRecord {
  return { kind: 'promise', epoch, candidate, candidateIncarnation: 1 }
}

/**
 * Server 1 of three, alone in the hands of a test: each event is one step, and what it asked for is there to be looked at. Its disk is
 * as slow as the test: nothing is durable before `sync`.
 */
export class LoneCore {
  readonly core: ElectionCore
  now = 1_000_000
  effects: Effects
  private readonly heard = new Map<NodeId, number>()
  private readonly sent = new Map<NodeId, number>()

  /** Recovers, makes the incarnation durable and opens both links; with `asleep` only recovers and starts. */
  constructor(records: readonly WalRecord[], options: { readonly limits?: Partial<CoreLimits>; readonly asleep?: boolean } = {}) {
    const text = new TextEncoder()
    this.core = recover(records, {
      self: 1,
      clusterName: 'sim',
      config: configOf(3),
      formatId: '2'.repeat(32),
      newClusterId: '3'.repeat(32),
      codec: { encode: (config) => text.encode(JSON.stringify(config)), decode: () => configOf(3) },
      limits: options.limits ?? {},
    }).core
    this.effects = this.step({ type: 'start' })
    if (options.asleep === true) return
    this.sync()
    for (const peer of [2, 3]) this.step({ type: 'opened', peer })
  }

  get view(): CoreView {
    return this.core.view
  }

  step(event: CoreEvent): Effects {
    this.effects = this.core.step(this.now, event)
    for (const { to, message } of this.effects.send) this.sent.set(to, message.sequence)
    return this.effects
  }

  /** Highest sequence sent to this peer so far. */
  lastSent(peer: NodeId): number {
    return this.sent.get(peer) ?? 0
  }

  after(micros: number): this {
    this.now += micros
    return this
  }

  /** Everything written so far becomes durable. */
  sync(): Effects {
    return this.step({ type: 'durable', sequence: this.effects.walSequence })
  }

  hear(from: NodeId, body: CoreBody, header: Header = {}): Effects {
    const sequence = header.sequence ?? (this.heard.get(from) ?? 0) + 1
    this.heard.set(from, Math.max(sequence, this.heard.get(from) ?? 0))
    const { toIncarnation = 0, fromIncarnation = 1, echo = { incarnation: 0, sequence: 0 } } = header
    const message: PeerMessage = { toIncarnation, sequence, echo, body }
    return this.step({ type: 'message', clusterId, generation: 0, from: { id: from, instance: 1 }, fromIncarnation, message })
  }

  /** Runs the own timers until `now` is `micros` later. */
  wait(micros: number): void {
    const end = this.now + micros
    while (this.effects.timerAt !== null && this.effects.timerAt <= end) {
      this.now = Math.max(this.now, this.effects.timerAt)
      this.step({ type: 'tick' })
    }
    this.now = end
  }

  /** Messages of the last step of these types, in order. */
  said<T extends CoreBody['type']>(type: T): readonly (Outgoing & { readonly body: Extract<CoreBody, { type: T }> })[] {
    return this.effects.send.flatMap((out) => {
      const { body } = out.message
      return body.type === type ? [{ ...out, body: body as Extract<CoreBody, { type: T }> }] : []
    })
  }
}

export function append(
  epoch: number,
  prevZxid: Zxid,
  content: { readonly entries?: readonly Entry[]; readonly commit?: number } = {},
): CoreBody {
  return { type: 'append', epoch, prevZxid, entries: content.entries ?? [], commitIndex: content.commit ?? 0, wantsAnswer: true }
}

export function newEpoch(epoch: number, lastZxid: Zxid): CoreBody {
  return { type: 'newEpoch', epoch, lastZxid, priority: 0, reEpoch: false, transferToken: 0 }
}

/** What a looking voter says of itself; whatever is left out is usual. */
export function statusOf(changes: Partial<Status>): Status {
  return {
    type: 'status',
    role: 'looking',
    lastZxid: { epoch: 1, index: 3 },
    priority: 0,
    promisedEpoch: 1,
    promisedTo: 0,
    leader: null,
    reach: [1, 2, 3],
    quorumConnected: true,
    supports: 0,
    faulty: false,
    store: 'formatted',
    formatId: '',
    nextInMicros: 50_000,
    ...changes,
  }
}

export function granted(epoch: number, lastZxid: Zxid, firstIndex = 1): CoreBody {
  const epochTable = [{ epoch: lastZxid.epoch, lastIndex: lastZxid.index }]
  const refusal = { promisedEpoch: epoch, promisedTo: 1, leader: null, faulty: false, lastEntryAgeMicros: 0 }
  return { type: 'ackEpoch', epoch, candidateIncarnation: 2, granted: true, lastZxid, epochTable, firstIndex, ...refusal }
}

export function refused(epoch: number, changes: Partial<AckEpoch>): CoreBody {
  const ack = { epoch, candidateIncarnation: 2, granted: false, lastZxid: { epoch: 1, index: 3 }, epochTable: [], firstIndex: 1 }
  return { type: 'ackEpoch', ...ack, promisedEpoch: 1, promisedTo: 0, leader: null, faulty: false, lastEntryAgeMicros: 0, ...changes }
}

export function appended(epoch: number, durableIndex: number, changes: Partial<Appended> = {}): CoreBody {
  return {
    type: 'appended',
    epoch,
    ok: true,
    durableIndex,
    appliedIndex: 0,
    promisedEpoch: epoch,
    promisedTo: 1,
    leader: null,
    conflict: null,
    ...changes,
  }
}

/** The newest sequence that this core has sent to `peer`, as an echo of its present life. */
export function echoOf(lone: LoneCore, peer: NodeId): PeerMessage['echo'] {
  return { incarnation: lone.view.incarnation, sequence: lone.lastSent(peer) }
}

/** Server 1 as the established leader of epoch 2 over a log that ends at 2.4; 2 and 3 follow. */
export function leadingCore(limits: Partial<CoreLimits> = {}): LoneCore {
  const lone = new LoneCore(storeOf([promiseRecord(1, 3), entriesRecord(1, [1, 3], 0)]), { limits })
  for (const peer of [2, 3]) lone.hear(peer, statusOf({ lastZxid: { epoch: 1, index: 2 }, supports: 1 }), { echo: echoOf(lone, peer) })
  for (const peer of [2, 3]) lone.hear(peer, statusOf({ lastZxid: { epoch: 1, index: 2 }, supports: 1 }), { echo: echoOf(lone, peer) })
  lone.sync()
  for (const peer of [2, 3]) lone.hear(peer, granted(2, { epoch: 1, index: 2 }), { echo: echoOf(lone, peer) })
  lone.sync()
  for (const peer of [2, 3]) lone.hear(peer, appended(2, 4), { echo: echoOf(lone, peer) })
  if (lone.view.strength !== 'established') throw new Error(`not established: ${lone.view.role}`)
  return lone
}
