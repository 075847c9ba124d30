import type { SnapshotMeta, WalRecord } from '@synod/interface/protocol'
import type { Context, Promised } from './context.ts'
import { ElectionCore } from './core.ts'
import { Log } from './log.ts'
import type { CoreOptions } from './options.ts'
import { defaultLimits, defaultTimings } from './options.ts'
import { Peer } from './peer.ts'
import { voterIds } from './quorum.ts'

/** What the records of a store amount to. */
export interface Recovered {
  readonly core: ElectionCore
  /** The snapshot to restore before anything is applied; `null`: from the beginning. */
  readonly snapshot: SnapshotMeta | null
  /** Name and owner found in META; `null` for a blank store. */
  readonly owner: { readonly clusterName: string; readonly id: number } | null
  /** What does not fit together although every record is sound; the core must not be used then. `null` when all is well. */
  readonly damage: string | null
}

/**
 * The only constructor: the durable stream so far, in order, and the options (protocol §2.1, amendment 4).
 * The caller has checked chain and checksums. Nothing volatile survives a restart but through here (R5).
 */
export function recover(records: Iterable<WalRecord>, options: CoreOptions): Recovered {
  const state = new Replay(options)
  for (const record of records) state.take(record)
  return { core: new ElectionCore(state.context()), snapshot: state.log.snapshot, owner: state.owner, damage: state.findDamage() }
}

class Replay {
  readonly log: Log
  owner: { readonly clusterName: string; readonly id: number } | null = null
  private readonly options: CoreOptions
  private meta: Extract<WalRecord, { kind: 'meta' }> | null = null
  private promised: Promised = { epoch: 0, candidate: 0, candidateIncarnation: 0 }
  private hint = 0
  private gap: string | null = null
  /** The base is only where the retained records happen to begin. */
  private provisional = true

  constructor(options: CoreOptions) {
    this.options = options
    this.log = new Log(options.config, (payload) => options.codec.decode(payload))
  }

  take(record: WalRecord): void {
    switch (record.kind) {
      case 'meta':
        this.meta = record
        this.owner = { clusterName: record.clusterName, id: record.member.id }
        break
      case 'promise':
        if (record.epoch >= this.promised.epoch) this.promised = record
        break
      case 'entries':
        if (this.provisional && this.log.lastIndex === this.log.base.index && record.prev.index !== this.log.lastIndex) {
          this.log.startAt(record.prev)
        }
        if (this.log.has(record.prev) && record.prev.index === this.log.lastIndex) this.log.append(record.entries)
        else this.gap ??= `entries follow ${record.prev.epoch}.${record.prev.index}, the log before them ends at ${this.log.lastIndex}`
        break
      case 'truncate':
        // What it cut was in batches that are dropped: where the log begins is said by the entries that follow.
        if (this.provisional && record.keepIndex > this.log.lastIndex) break
        if (this.provisional && record.keepIndex < this.log.base.index) this.log.startAt({ epoch: 0, index: 0 })
        else this.log.truncate(record.keepIndex)
        break
      case 'snapbase':
        this.takeSnapbase(record.snapshot)
        break
      case 'commithint':
        this.hint = Math.max(this.hint, record.index)
        break
      case 'seal':
        break
    }
  }

  /**
   * A SNAPBASE far below the log is that of an older snapshot, whose neighbours are dropped already: the log stays, and a newer SNAPBASE
   * follows. Only a snapshot that the log does not reach, or contradicts, was installed in its place. The first record that is retained may
   * be such an older SNAPBASE, too, written together with entries that are kept, while those between are dropped.
   */
  private takeSnapbase(snapshot: SnapshotMeta): void {
    const isBelow = this.log.base.index > snapshot.zxid.index
    if (this.log.lastIndex > this.log.base.index && (isBelow || this.log.has(snapshot.zxid))) {
      this.log.noteSnapshot(snapshot)
      this.log.adoptTable(snapshot.epochTable, snapshot.zxid.index)
    } else {
      this.provisional &&= this.log.lastIndex === 0
      this.log.install(snapshot)
    }
  }

  findDamage(): string | null {
    const begins = this.log.base.index
    const covered = this.log.snapshot?.zxid.index ?? 0
    return this.gap ?? (begins > covered ? `the log begins after ${begins}, and no snapshot covers what was before` : null)
  }

  context(): Context {
    const { options, log, meta } = this
    const last = log.last
    const base = log.snapshot?.zxid.index ?? log.base.index
    const promised = this.promised.epoch >= last.epoch ? this.promised : { epoch: last.epoch, candidate: 0, candidateIncarnation: 0 }
    const pristine = promised.epoch === 0 && last.index === 0
    return {
      ...identity(options, meta),
      options,
      timings: { ...defaultTimings, ...options.timings },
      limits: { ...defaultLimits, ...options.limits },
      peers: voterIds(log.config)
        .filter((id) => id !== options.self)
        .map((id) => new Peer(id)),
      log,
      store: meta === null ? 'blank' : pristine ? 'pristine' : 'formatted',
      formed: meta !== null && !pristine,
      promised,
      commitIndex: Math.max(base, Math.min(this.hint, last.index)),
      hintedCommit: Math.max(base, Math.min(this.hint, last.index)),
      durableLast: last,
      ...fresh(options),
    }
  }
}

type Identity = Pick<Context, 'self' | 'clusterId' | 'generation' | 'instance' | 'incarnation'>

function identity(options: CoreOptions, meta: Extract<WalRecord, { kind: 'meta' }> | null): Identity {
  return {
    self: options.self,
    clusterId: meta?.clusterId ?? '',
    generation: meta?.generation ?? 0,
    instance: meta?.member.instance ?? options.config.members.find((member) => member.id === options.self)?.instance ?? 1,
    incarnation: meta === null ? 0 : meta.incarnation + 1,
  }
}

type Fresh = Omit<
  Context,
  | keyof Identity
  | 'options'
  | 'timings'
  | 'limits'
  | 'peers'
  | 'log'
  | 'store'
  | 'formed'
  | 'promised'
  | 'commitIndex'
  | 'hintedCommit'
  | 'durableLast'
>

/** Everything volatile, as at boot. */
function fresh(options: CoreOptions): Fresh {
  const timings = { ...defaultTimings, ...options.timings }
  return {
    now: 0,
    halted: false,
    lastRecords: [],
    started: false,
    startSequence: 0,
    formattedBy: new Set(),
    pristineIds: new Map(),
    formatAt: 0,
    missingReported: false,
    walSequence: 0,
    durableSequence: 0,
    walPending: [],
    role: 'looking',
    strength: 'none',
    leader: 0,
    leaderEpoch: 0,
    lookingSince: 0,
    suspicionMicros: timings.suspicionMinMicros,
    heartbeatMean: timings.heartbeatMicros,
    leaderHeardAt: 0,
    answeredAt: -1_000_000,
    grant: null,
    campaign: null,
    failedCampaigns: 0,
    refusedEpoch: 0,
    finalizeAt: null,
    finalizeFor: 0,
    backoffUntil: 0,
    cannotLeadUntil: 0,
    fastSyncsWanted: 0,
    lastResort: false,
    rivalAt: -1_000_000_000_000,
    resignedAt: -1_000_000_000,
    resignations: 0,
    stopping: false,
    heartbeatAt: 0,
    statusAt: 0,
    statusDigest: '',
    statusBurstAt: 0,
    statusBurst: 0,
    unconfirmedSince: -1,
    downGuard: 0,
    learntEpoch: 0,
    renewalThresholds: null,
    reEpochAt: 0,
    ledAt: 0,
    uncommittedBytes: 0,
    readGroups: [],
    nextReadId: 0,
    followerReads: new Map(),
    receiving: null,
    wal: [],
    drafts: [],
    notices: [],
    snapshotCommands: [],
    install: null,
    timerAt: null,
  }
}
