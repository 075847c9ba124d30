import type { CoreEvent, Effects, ElectionCore, Outgoing, SnapshotCommand } from '@synod/election-core'
import { recover } from '@synod/election-core'
import type { ClusterConfig, NodeId, SnapshotMeta, WalRecord } from '@synod/interface/protocol'
import type { Cluster } from './cluster.ts'
import type { Observed } from './oracle.ts'
import type { DiskView } from './disk-view.ts'
import { emptyDisk, persistRecord } from './disk-view.ts'
import { describeMessage, describeRole } from './describe.ts'

const codec = {
  encode: (config: ClusterConfig): Uint8Array => new TextEncoder().encode(JSON.stringify(config)),
  decode: (bytes: Uint8Array): ClusterConfig => JSON.parse(new TextDecoder().decode(bytes)) as ClusterConfig,
}

/** One simulated server: the core, a disk that loses what was not synced, and a state that is the sum of what was applied. */
export class SimNode {
  readonly id: NodeId
  core: ElectionCore
  life = 0
  isUp = false
  isPaused = false
  applied = 0
  appliedSum = 0
  outcomes: { readonly proposalId: number; readonly index: number; readonly epoch: number }[] = []
  readsReady: { readonly readId: number; readonly index: number }[] = []
  readsFailed: number[] = []
  haltedBy: string | null = null
  /** Microseconds that a sync takes here; 0 = as the cluster says. */
  slowDisk = 0
  /** Over all lives, to everybody. */
  statusesSent = 0
  notices: string[] = []
  disk: WalRecord[][] = []
  diskView: DiskView = emptyDisk()
  snapshots: Map<string, Uint8Array> = new Map()
  private readonly cluster: Cluster
  private readonly config: ClusterConfig
  private unsynced: { readonly sequence: number; readonly records: WalRecord[] }[] = []
  private syncing = false
  private durable = 0
  private readonly keepFrom: Map<string, number> = new Map()
  private stopped = false
  private told = 0
  private held: { readonly out: Outgoing; readonly clusterId: string; readonly incarnation: number }[] = []
  private installs: { readonly sequence: number; readonly snapshot: SnapshotMeta }[] = []
  private timer = 0
  /** The own monotonic clock is this much behind: it stood still while the machine was suspended. */
  private clockLag = 0
  private pausedAt = 0
  private syncBatch: { readonly sequence: number; readonly records: WalRecord[] }[] = []
  private backup: { readonly disk: WalRecord[][]; readonly view: DiskView } | null = null
  private readonly readFloors: Map<number, number> = new Map()
  private verified: Uint8Array | null = null
  private verifiedId = ''
  private paused: CoreEvent[] = []
  private lastAnswer = ''

  constructor(cluster: Cluster, id: NodeId, config: ClusterConfig) {
    this.cluster = cluster
    this.id = id
    this.config = config
    this.core = this.recoverCore()
  }

  private recoverCore(): ElectionCore {
    const { seed, timings } = this.cluster.options
    const hex = (n: number): string => n.toString(16).padStart(32, '0')
    const recovered = recover(this.disk.flat(), {
      self: this.id,
      clusterName: 'sim',
      config: this.config,
      formatId: hex(seed * 1_000_000 + this.id * 1_000 + this.life),
      newClusterId: hex(seed * 1_000_000 + this.id * 1_000 + this.life + 7),
      codec,
      timings,
      limits: { appendBytesMax: 600, snapshotChunkBytes: 16, commitHintEntries: 4 },
    })
    if (recovered.damage !== null) throw new Error(`server ${this.id} cannot recover: ${recovered.damage}`)
    this.applied = 0
    this.appliedSum = 0
    if (recovered.snapshot) this.restore(recovered.snapshot, this.snapshots.get(recovered.snapshot.id))
    return recovered.core
  }

  start(): void {
    this.life += 1
    this.stopped = false
    this.isUp = true
    this.isPaused = false
    this.core = this.recoverCore()
    this.cluster.oracle.onRecover(this.observed())
    this.receive({ type: 'start' })
    for (const other of this.cluster.nodes) if (other !== this && other.isUp) this.cluster.connect(this, other)
  }

  /** Comes back if it is down, or is on its way out: a server that resigned to stop leads no more in that life. */
  restart(): void {
    if (this.stopped) this.crash()
    if (!this.isUp) this.start()
  }

  /** Loses everything that was not synced; with `keepsPrefix` batches that the disk had already taken stay, unreported. */
  crash(): void {
    if (!this.isUp) return
    this.isUp = false
    const { faults, random } = this.cluster
    if (faults.keepsPrefix) {
      const taken = [...this.syncBatch, ...this.unsynced]
      for (const each of taken.slice(0, random.below(taken.length + 1))) this.persist(each.records)
    }
    this.syncBatch = []
    this.life += 1
    this.unsynced = []
    this.syncing = false
    this.held = []
    this.installs = []
    this.paused = []
    this.durable = 0
    this.told = 0
    this.readFloors.clear()
    for (const other of this.cluster.nodes) {
      if (other === this || !other.isUp) continue
      this.cluster.deliver(other, this.id, { type: 'closed', peer: this.id })
      this.cluster.after(2 * this.cluster.latency(), () => {
        if (other.isUp && !this.isUp) other.receive({ type: 'refused', peer: this.id })
      })
    }
  }

  wipe(): void {
    this.cluster.oracle.forget(this.id)
    this.disk = []
    this.diskView = emptyDisk()
    this.snapshots.clear()
  }

  /** Keeps a copy of what is on the disk now. */
  copyDisk(): void {
    this.backup = { disk: this.disk.map((batch) => [...batch]), view: structuredClone(this.diskView) }
  }

  /** An operator puts the old copy back while the server is down. */
  restoreDisk(): void {
    if (this.backup === null || this.isUp) return
    this.cluster.oracle.forget(this.id)
    this.disk = this.backup.disk.map((batch) => [...batch])
    this.diskView = structuredClone(this.backup.view)
  }

  pause(): void {
    if (this.isPaused) return
    this.isPaused = true
    this.pausedAt = this.cluster.now
  }

  /** `suspended`: the monotonic clock stood still meanwhile (§6.3), so that the core cannot notice. */
  resume(suspended = false): void {
    this.isPaused = false
    if (suspended) {
      this.clockLag += this.cluster.now - this.pausedAt
      if (this.timer > 0) this.setTimer(this.timer)
    }
    const waiting = this.paused
    this.paused = []
    for (const event of waiting) this.receive(event)
    if (this.timer > 0 && this.timer <= this.localNow()) this.receive({ type: 'tick' })
  }

  private localNow(): number {
    return this.cluster.now - this.clockLag
  }

  /** A linearizable read of a client at this server: whatever any server has applied, and so acknowledged, must be seen (I17). */
  read(readId: number): void {
    if (!this.isUp) return
    this.readFloors.set(readId, Math.max(...this.cluster.nodes.map((node) => node.applied)))
    this.receive({ type: 'read', readId })
  }

  receive(event: CoreEvent): void {
    if (!this.isUp) return
    if (this.isPaused) {
      if (event.type !== 'tick') this.paused.push(event)
      return
    }
    if (event.type === 'closed' || event.type === 'refused') this.cluster.note(`${event.peer}→${this.id} ${event.type}`)
    if (event.type === 'durable') this.told = event.sequence
    if (event.type === 'resign') this.stopped = true
    const before = this.core.view
    const effects = this.core.step(this.localNow(), event)
    this.cluster.steps += 1
    this.execute(effects)
    const { view } = this.core
    const [was, is] = [describeRole(before), describeRole(view)]
    if (was !== is) this.cluster.note(`${this.id}  ${was} → ${is}`)
    if (view.role === 'leading' && (before.role !== 'leading' || before.leaderEpoch !== view.leaderEpoch)) {
      this.cluster.oracle.onLeader(this.observed(), view.incarnation, before.role === 'leading')
    }
    this.cluster.oracle.onStep(this.observed(), view.incarnation)
    const { faults, random } = this.cluster
    if (faults.crashAfterWrite > 0 && effects.wal.length > 0 && random.below(10_000) < faults.crashAfterWrite) this.crash()
  }

  propose(value: number): void {
    this.receive({
      type: 'propose',
      proposalId: value,
      commands: [new Uint8Array([value & 255, (value >> 8) & 255])],
      timeMs: 0,
    })
  }

  takeSnapshot(keep: number): void {
    if (!this.isUp || this.applied === 0 || this.isPaused) return
    const bytes = new TextEncoder().encode(JSON.stringify({ applied: this.applied, sum: this.appliedSum, pad: 'x'.repeat(40) }))
    const basis = this.core.snapshotBasis(this.applied)
    const id = `${basis.zxid.epoch}-${basis.zxid.index}-${this.appliedSum}`
    this.snapshots.set(id, bytes)
    const snapshot: SnapshotMeta = { ...basis, id, size: bytes.length, hash: 'h' }
    const keepFrom = Math.max(1, this.applied - keep)
    this.keepFrom.set(id, keepFrom)
    this.receive({ type: 'snapshotTaken', snapshot, keepFrom })
  }

  private observed(): Observed {
    return { id: this.id, core: this.core, disk: this.diskView, lags: this.told < this.durable }
  }

  private execute(effects: Effects): void {
    const { view } = this.core
    if (effects.wal.length > 0) this.unsynced.push({ sequence: effects.walSequence, records: [...effects.wal] })
    for (const out of effects.send) this.held.push({ out, clusterId: view.clusterId, incarnation: view.incarnation })
    if (effects.install) this.installs.push({ sequence: effects.walSequence, snapshot: effects.install })
    this.sync()
    this.releaseMessages()
    this.apply()
    for (const notice of effects.notices) {
      if (notice.kind === 'halt') this.haltedBy = `${notice.invariant}: ${notice.detail}`
      if (notice.kind === 'proposed') this.outcomes.push({ proposalId: notice.proposalId, index: notice.firstIndex, epoch: notice.epoch })
      if (notice.kind === 'readReady') this.cluster.note(`${this.id}  read ${notice.readId} may answer at index ${notice.index}`)
      if (notice.kind === 'readFailed') this.cluster.note(`${this.id}  read ${notice.readId} fails`)
      if (notice.kind === 'storageMissing') this.cluster.note(`${this.id}  storage missing: server ${notice.heard} has a store`)
      if (notice.kind === 'halt') this.cluster.note(`${this.id}  halts: ${this.haltedBy ?? ''}`)
      if (notice.kind === 'readReady') this.cluster.oracle.onRead(this.id, notice, this.readFloors.get(notice.readId) ?? 0)
      if (notice.kind === 'readReady') this.readsReady.push({ readId: notice.readId, index: notice.index })
      if (notice.kind === 'readFailed') this.readsFailed.push(notice.readId)
      this.notices.push(notice.kind)
    }
    if (this.haltedBy?.startsWith('I')) throw new Error(`server ${this.id} halted: ${this.haltedBy}`)
    for (const command of effects.snapshot) this.snapshotCommand(command)
    this.setTimer(effects.timerAt)
  }

  private setTimer(at: number | null): void {
    this.timer = at ?? 0
    if (at === null) return
    const { life } = this
    const lag = this.clockLag
    this.cluster.queue.push(at + lag, () => {
      if (this.isUp && this.life === life && this.timer === at && this.clockLag === lag) this.receive({ type: 'tick' })
    })
  }

  private sync(): void {
    if (this.syncing || this.unsynced.length === 0) return
    this.syncing = true
    const { life } = this
    const batch = this.unsynced
    this.unsynced = []
    this.syncBatch = batch
    this.cluster.after(this.slowDisk > 0 ? this.slowDisk : this.cluster.syncTime(), () => {
      if (!this.isUp || this.life !== life) return
      this.syncing = false
      this.syncBatch = []
      for (const each of batch) this.persist(each.records)
      this.durable = batch.at(-1)?.sequence ?? this.durable
      this.receive({ type: 'durable', sequence: this.durable })
      this.releaseMessages()
      this.sync()
    })
  }

  private persist(records: readonly WalRecord[]): void {
    this.disk.push([...records])
    const base = records.find((record) => record.kind === 'snapbase')
    const keepFrom = base && this.keepFrom.get(base.snapshot.id)
    if (keepFrom !== undefined) this.dropBatches(keepFrom)
    for (const record of records) {
      this.cluster.oracle.onRecord(this.id, this.diskView, record)
      persistRecord(this.diskView, record)
    }
  }

  /** As the replica does: the oldest batches that hold only entries below `keepFrom`, up to the one with the snapshot base. */
  private dropBatches(keepFrom: number): void {
    const last = (batch: readonly WalRecord[]): number =>
      Math.max(0, ...batch.flatMap((record) => (record.kind === 'entries' ? record.entries.map((entry) => entry.index) : [])))
    while (this.disk.length > 1 && last(this.disk[0] ?? []) < keepFrom) this.disk.shift()
  }

  private releaseMessages(): void {
    const waiting = this.held
    this.held = []
    for (const each of waiting) {
      if (each.out.afterSequence > this.durable) this.held.push(each)
      else this.transmit(each)
    }
    const ready = this.installs.filter((each) => each.sequence <= this.durable)
    this.installs = this.installs.filter((each) => each.sequence > this.durable)
    for (const { snapshot } of ready) {
      this.restore(snapshot, this.verified)
      this.verified = null
    }
    if (ready.length > 0) this.apply()
  }

  private transmit(each: { readonly out: Outgoing; readonly clusterId: string; readonly incarnation: number }): void {
    const { out, clusterId, incarnation } = each
    const { body } = out.message
    this.claim(out.to, body)
    const to = this.cluster.node(out.to)
    const event: CoreEvent = {
      type: 'message',
      clusterId,
      generation: 0,
      from: { id: this.id, instance: 1 },
      fromIncarnation: incarnation,
      message: out.message,
    }
    const { cluster } = this
    if (body.type === 'status') this.statusesSent += 1
    this.noteSent(out.to, body)
    if (cluster.holds(this, to, event)) return
    if (cluster.isCut(this.id, out.to) || (cluster.lossPercent > 0 && cluster.random.chance(cluster.lossPercent))) return
    cluster.carry(to, this.id, event)
    if (cluster.duplicatePercent > 0 && cluster.random.chance(cluster.duplicatePercent)) cluster.carry(to, this.id, event)
  }

  /** Gossip, heartbeats and their answers are not part of a story. */
  private noteSent(to: NodeId, body: Outgoing['message']['body']): void {
    if (body.type === 'status' || (body.type === 'append' && body.entries.length === 0)) return
    const line = `${this.id}→${to} ${describeMessage(body)}`
    if (body.type === 'appended' && this.lastAnswer === line) return
    if (body.type === 'appended') this.lastAnswer = line
    this.cluster.note(line)
  }

  private claim(to: NodeId, body: Outgoing['message']['body']): void {
    this.cluster.oracle.onSpeech(this.observed(), { body, to: this.cluster.node(to).core })
  }

  private apply(): void {
    if (this.installs.length > 0) return
    const { commitIndex } = this.core.view
    for (const entry of this.core.entries(this.applied + 1, commitIndex)) {
      if (entry.index !== this.applied + 1) throw new Error(`server ${this.id} would apply ${entry.index} after ${this.applied}`)
      this.cluster.oracle.onApply(this.id, entry)
      this.applied = entry.index
      this.appliedSum = (this.appliedSum * 31 + entry.epoch * 7 + entry.index + (entry.payload[0] ?? 0)) % 1_000_000_007
    }
  }

  private restore(snapshot: SnapshotMeta, bytes: Uint8Array | null | undefined): void {
    if (!bytes) throw new Error(`server ${this.id} has no bytes of snapshot ${snapshot.id}`)
    const state = JSON.parse(new TextDecoder().decode(bytes)) as { applied: number; sum: number }
    this.applied = state.applied
    this.appliedSum = state.sum
    if (state.applied !== snapshot.zxid.index) throw new Error('snapshot of another position')
  }

  private writeChunk(id: string, offset: number, bytes: Uint8Array): void {
    const present = offset === 0 ? new Uint8Array() : (this.snapshots.get(id) ?? new Uint8Array())
    const merged = new Uint8Array(Math.max(present.length, offset + bytes.length))
    merged.set(present)
    merged.set(bytes, offset)
    this.snapshots.set(id, merged)
  }

  private snapshotCommand(command: SnapshotCommand): void {
    const { life } = this
    const later = (run: () => CoreEvent | null): void => {
      this.cluster.after(this.cluster.syncTime(), () => {
        const event = this.isUp && this.life === life ? run() : null
        if (event) this.receive(event)
      })
    }
    switch (command.kind) {
      case 'read':
        later(() => {
          const all = this.snapshots.get(command.snapshotId)
          if (!all) return null
          const bytes = all.slice(command.offset, command.offset + command.maxBytes)
          const { to, snapshotId, offset } = command
          return { type: 'snapshotRead', to, snapshotId, offset, bytes, last: offset + bytes.length >= all.length }
        })
        break
      case 'write':
        this.writeChunk(command.snapshotId, command.offset, command.bytes)
        later(() => ({ type: 'snapshotWritten', snapshotId: command.snapshotId, offset: command.offset + command.bytes.length }))
        break
      case 'verify':
        later(() => {
          this.verified = this.snapshots.get(command.snapshot.id) ?? null
          this.verifiedId = command.snapshot.id
          const ok = this.verified?.length === command.snapshot.size
          return { type: 'snapshotVerified', snapshotId: command.snapshot.id, ok }
        })
        break
      case 'discard':
        if (!this.cluster.faults.discards) break
        this.cluster.after(this.cluster.syncTime(), () => {
          if (!this.isUp || this.life !== life) return
          if (this.verifiedId === command.snapshotId) this.verified = null
        })
        break
    }
  }
}
