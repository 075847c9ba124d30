import type { Clock } from '@synod/interface'
import type { LogIndex, SnapshotMeta } from '@synod/interface/protocol'
import type { CoreEvent, Effects, Notice } from '@synod/election-core'
import { Alarm } from './alarm.ts'
import type { Applier } from './applier.ts'
import type { Outbox } from './outbox.ts'
import type { Snapshots } from './snapshots.ts'
import type { WalWriter } from './wal-writer.ts'

export interface DriverParts {
  readonly clock: Clock
  readonly step: (event: CoreEvent) => Effects
  readonly wal: WalWriter
  readonly outbox: Outbox
  readonly applier: Applier
  readonly snapshots: Snapshots
  onNotice(notice: Notice): void
  /** The state machine's state was replaced by a snapshot up to this index. */
  onInstalled(index: LogIndex): void
  /** Proposals, forwards and reads that were collected in this turn. */
  onTurnEnd(): void
  onFailed(error: unknown): void
}

interface PendingInstall {
  readonly snapshot: SnapshotMeta
  readonly walSequence: number
}

/**
 * The one place where events enter the core (R4) and its effects leave it, in the order that `Effects` asks for.
 * Steps happen at once; what they write and send leaves at the end of the turn of the event loop: one batch for the storage
 * first, so that the disk works while frames are made, then one frame per peer and lane.
 */
export class Driver {
  readonly #parts: DriverParts
  readonly #alarm: Alarm
  readonly #queue: CoreEvent[] = []
  #running = false
  #scheduled = false
  #stopped = false
  #installs: PendingInstall[] = []
  #durable = 0

  constructor(parts: DriverParts) {
    this.#parts = parts
    this.#alarm = new Alarm(parts.clock, () => {
      this.dispatch({ type: 'tick' })
    })
  }

  /** Steps the core; an event that arises from a step waits until that step's effects are executed. */
  dispatch(event: CoreEvent): void {
    if (this.#stopped) return
    this.#queue.push(event)
    if (this.#running) return
    this.#running = true
    try {
      for (let next = this.#queue.shift(); next !== undefined && !this.#stopped; next = this.#queue.shift()) {
        this.#execute(this.#parts.step(next))
      }
    } catch (error) {
      this.#parts.onFailed(error)
    } finally {
      this.#running = false
    }
    this.schedule()
  }

  /** Asks for the end of this turn. */
  schedule(): void {
    if (this.#scheduled || this.#stopped) return
    this.#scheduled = true
    this.#parts.clock.defer(() => {
      this.#scheduled = false
      if (this.#stopped) return
      this.#parts.onTurnEnd()
      this.flush()
    })
  }

  /** Hands over at once what is to be written and sent. */
  flush(): void {
    this.#parts.wal.flush()
    this.#parts.outbox.flush()
  }

  /** Everything up to this WAL sequence is durable: held messages may leave, snapshots may take effect. */
  durable(walSequence: number): void {
    if (this.#stopped) return
    this.#durable = walSequence
    this.#parts.outbox.durable(walSequence)
    // Somebody waits for these acknowledgements: they leave now, not after what has arrived meanwhile.
    this.#parts.outbox.flush()
    this.#parts.snapshots.durable(walSequence)
    this.dispatch({ type: 'durable', sequence: walSequence })
    this.#install()
  }

  /** No further step, ever. */
  stop(): void {
    this.#stopped = true
    this.#alarm.stop()
    this.#queue.length = 0
  }

  #execute(effects: Effects): void {
    const { wal, outbox, applier, snapshots } = this.#parts
    if (effects.wal.length > 0) {
      snapshots.onRecords(effects.wal, effects.walSequence)
      wal.add(effects.wal, effects.walSequence)
    }
    for (const outgoing of effects.send) outbox.add(outgoing)
    if (effects.install !== null) {
      applier.hold()
      this.#installs.push({ snapshot: effects.install, walSequence: effects.walSequence })
      this.#install()
    }
    applier.commit(effects.commitIndex)
    for (const notice of effects.notices) this.#parts.onNotice(notice)
    if (this.#stopped) return
    for (const command of effects.snapshot) snapshots.execute(command)
    this.#alarm.set(effects.timerAt)
  }

  /** A snapshot replaces the state only once the record that says so is durable. */
  #install(): void {
    while (true) {
      const pending = this.#installs[0]
      if (pending === undefined || pending.walSequence > this.#durable || this.#stopped) return
      this.#installs.shift()
      try {
        this.#parts.snapshots.install(pending.snapshot)
      } catch (error) {
        this.#parts.onFailed(error)
        return
      }
      this.#parts.onInstalled(pending.snapshot.zxid.index)
      if (this.#installs.length === 0) this.#parts.applier.release()
    }
  }
}
