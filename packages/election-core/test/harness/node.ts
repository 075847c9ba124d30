import type { CoreEvent, Effects, ElectionCore, Outgoing, SnapshotCommand } from '@synod/election-core'
import { recover } from '@synod/election-core'
import type { ClusterConfig, NodeId, SnapshotMeta, WalRecord } from '@synod/interface/protocol'
import type { Cluster } from './cluster.ts'
import { describeMessage, describeRole } from './describe.ts'

const codec = {
  encode: (config: ClusterConfig): Uint8Array => new TextEncoder().encode(JSON.stringify(config)),
  decode: (bytes: Uint8Array): ClusterConfig => JSON.parse(new TextDecoder().decode(bytes)) as ClusterConfig,
}

interface DiskView {
  base: number
  readonly epochs: Map<number, number>
  last: number
  promised: number
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
  notices: string[] = []
  disk: WalRecord[][] = []
  diskView: DiskView = { base: 0, epochs: new Map(), last: 0, promised: 0 }
  snapshots: Map<string, Uint8Array> = new Map()
  private readonly cluster: Cluster
  private readonly config: ClusterConfig
  private unsynced: { readonly sequence: number; readonly records: WalRecord[] }[] = []
  private syncing = false
  private durable = 0
  private held: { readonly out: Outgoing; readonly clusterId: string; readonly incarnation: number }[] = []
  private installs: { readonly sequence: number; readonly snapshot: SnapshotMeta }[] = []
  private timer = 0
  private verified: Uint8Array | null = null
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
      limits: { appendBytesMax: 600, snapshotChunkBytes: 16 },
    })
    this.applied = 0
    this.appliedSum = 0
    if (recovered.snapshot) this.restore(recovered.snapshot, this.snapshots.get(recovered.snapshot.id))
    return recovered.core
  }

  start(): void {
    this.life += 1
    this.isUp = true
    this.isPaused = false
    this.core = this.recoverCore()
    this.receive({ type: 'start' })
    for (const other of this.cluster.nodes) if (other !== this && other.isUp) this.cluster.connect(this, other)
  }

  /** Loses everything that was not synced. */
  crash(): void {
    if (!this.isUp) return
    this.isUp = false
    this.life += 1
    this.unsynced = []
    this.syncing = false
    this.held = []
    this.installs = []
    this.paused = []
    this.durable = 0
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
    this.diskView = { base: 0, epochs: new Map(), last: 0, promised: 0 }
    this.snapshots.clear()
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    const waiting = this.paused
    this.paused = []
    for (const event of waiting) this.receive(event)
    if (this.timer > 0 && this.timer <= this.cluster.now) this.receive({ type: 'tick' })
  }

  receive(event: CoreEvent): void {
    if (!this.isUp) return
    if (this.isPaused) {
      if (event.type !== 'tick') this.paused.push(event)
      return
    }
    if (event.type === 'closed' || event.type === 'refused') this.cluster.note(`${event.peer}→${this.id} ${event.type}`)
    const before = this.core.view
    const effects = this.core.step(this.cluster.now, event)
    this.cluster.steps += 1
    this.execute(effects)
    const { view } = this.core
    const [was, is] = [describeRole(before), describeRole(view)]
    if (was !== is) this.cluster.note(`${this.id}  ${was} → ${is}`)
    if (view.role === 'leading' && (before.role !== 'leading' || before.leaderEpoch !== view.leaderEpoch)) {
      this.cluster.oracle.onLeader(this.observed(), view.incarnation)
    }
    this.cluster.oracle.onStep(this.observed(), view.incarnation)
  }

  propose(value: number): void {
    this.receive({ type: 'propose', proposalId: value, commands: [new Uint8Array([value & 255, (value >> 8) & 255])], timeMs: 0 })
  }

  takeSnapshot(keep: number): void {
    if (!this.isUp || this.applied === 0 || this.isPaused) return
    const bytes = new TextEncoder().encode(JSON.stringify({ applied: this.applied, sum: this.appliedSum, pad: 'x'.repeat(40) }))
    const basis = this.core.snapshotBasis(this.applied)
    const id = `${basis.zxid.epoch}-${basis.zxid.index}-${this.appliedSum}`
    this.snapshots.set(id, bytes)
    const snapshot: SnapshotMeta = { ...basis, id, size: bytes.length, hash: 'h' }
    this.receive({ type: 'snapshotTaken', snapshot, keepFrom: Math.max(1, this.applied - keep) })
  }

  private observed(): { readonly id: NodeId; readonly core: ElectionCore; readonly disk: DiskView } {
    return { id: this.id, core: this.core, disk: this.diskView }
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
    this.cluster.queue.push(at, () => {
      if (this.isUp && this.life === life && this.timer === at) this.receive({ type: 'tick' })
    })
  }

  private sync(): void {
    if (this.syncing || this.unsynced.length === 0) return
    this.syncing = true
    const { life } = this
    const batch = this.unsynced
    this.unsynced = []
    this.cluster.after(this.slowDisk > 0 ? this.slowDisk : this.cluster.syncTime(), () => {
      if (!this.isUp || this.life !== life) return
      this.syncing = false
      for (const each of batch) this.persist(each.records)
      this.durable = batch.at(-1)?.sequence ?? this.durable
      this.receive({ type: 'durable', sequence: this.durable })
      this.releaseMessages()
      this.sync()
    })
  }

  private persist(records: readonly WalRecord[]): void {
    this.disk.push([...records])
    for (const record of records) {
      const view = this.diskView
      if (record.kind === 'promise') view.promised = Math.max(view.promised, record.epoch)
      if (record.kind === 'entries') {
        for (const entry of record.entries) {
          view.epochs.set(entry.index, entry.epoch)
          view.last = entry.index
        }
      }
      if (record.kind === 'truncate') {
        for (let at = record.keepIndex + 1; at <= view.last; at += 1) view.epochs.delete(at)
        view.last = record.keepIndex
      }
      if (record.kind === 'snapbase') this.rebase(record.snapshot)
    }
  }

  private rebase(snapshot: SnapshotMeta): void {
    const view = this.diskView
    if (view.epochs.get(snapshot.zxid.index) === snapshot.zxid.epoch) return
    view.epochs.clear()
    view.base = snapshot.zxid.index
    view.last = snapshot.zxid.index
    view.epochs.set(snapshot.zxid.index, snapshot.zxid.epoch)
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
    this.claim(body)
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
    this.noteSent(out.to, body)
    if (cluster.holds(this, to, event)) return
    if (cluster.isCut(this.id, out.to) || (cluster.lossPercent > 0 && cluster.random.chance(cluster.lossPercent))) return
    cluster.deliver(to, this.id, event)
    if (cluster.duplicatePercent > 0 && cluster.random.chance(cluster.duplicatePercent)) cluster.deliver(to, this.id, event)
  }

  /** Gossip, heartbeats and their answers are not part of a story. */
  private noteSent(to: NodeId, body: Outgoing['message']['body']): void {
    if (body.type === 'status' || (body.type === 'append' && body.entries.length === 0)) return
    const line = `${this.id}→${to} ${describeMessage(body)}`
    if (body.type === 'appended' && this.lastAnswer === line) return
    if (body.type === 'appended') this.lastAnswer = line
    this.cluster.note(line)
  }

  private claim(body: Outgoing['message']['body']): void {
    if (body.type === 'ackEpoch' && body.granted) {
      this.cluster.oracle.onClaim(this.observed(), { index: 0, epochAt: 0, promised: body.epoch, what: 'granted' })
    }
    if (body.type === 'appended' && body.ok && body.durableIndex > 0) {
      this.cluster.oracle.onClaim(this.observed(), { index: body.durableIndex, epochAt: 0, promised: body.epoch, what: 'appended' })
    }
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
          const ok = this.verified?.length === command.snapshot.size
          return { type: 'snapshotVerified', snapshotId: command.snapshot.id, ok }
        })
        break
      case 'discard':
        break
    }
  }
}
