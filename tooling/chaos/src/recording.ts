import type { LeadershipStrength } from '@synod/interface'
import type { Role } from '@synod/interface/protocol'
import type { LockOp, LockResult, Operation, RegisterOp, RegisterResult } from '@synod/sim/linearizability'

/** Milliseconds since the start of the recording, of one monotonic clock. */
export type Moment = number

/** A read of a key at any consistency, with the position of the state that it is of. */
export interface PlacedRead {
  readonly client: string
  /** The client's session: a new one each time the last was lost. */
  readonly session: number
  readonly consistency: 'linearizable' | 'session'
  readonly call: Moment
  readonly return: Moment
  readonly key: string
  /** Log index of the state that was read. */
  readonly position: number
  /** Null: no such node. `position` is that of the write. */
  readonly found: { readonly value: string; readonly version: number; readonly position: number } | null
}

/** A write of a key that was acknowledged with its position. */
export interface PlacedWrite {
  readonly client: string
  readonly session: number
  readonly kind: 'create' | 'set'
  readonly call: Moment
  readonly return: Moment
  readonly key: string
  readonly value: string
  readonly version: number
  readonly position: number
}

/** A sequential node that a client asked for, with data that nobody else uses. */
export interface Creation {
  readonly client: string
  readonly call: Moment
  readonly return: Moment | null
  readonly data: string
  /** `kept`: acknowledged. `open`: perhaps. `refused`: surely not. */
  readonly outcome: 'kept' | 'open' | 'refused'
  readonly path: string | null
  readonly position: number | null
}

/** The time in which a client believed that it held a lock. */
export interface Hold {
  readonly client: string
  readonly lock: string
  readonly token: number
  readonly from: Moment
  readonly to: Moment
  /** It was told that it lost the lock before it gave it back. */
  readonly lost: boolean
}

/** One event as a watch delivered it. */
export interface Watched {
  readonly at: Moment
  readonly type: string
  readonly path: string
  readonly epoch: number
  readonly index: number
}

/** A call that failed without an effect, or a read without an answer. */
export interface Refusal {
  readonly client: string
  readonly what: string
  readonly call: Moment
  readonly return: Moment
  readonly code: string
}

/** A fault while it lasted. */
export interface Fault {
  readonly lane: 'process' | 'link'
  /** What was done; the names of the plan. */
  readonly kind: string
  readonly who: string
  /** In words, with the servers it struck. */
  readonly label: string
  readonly servers: readonly number[]
  readonly from: Moment
  readonly to: Moment
}

/** What a server said of itself, or that it said nothing. */
export interface Sample {
  readonly at: Moment
  readonly server: number
  readonly said: {
    readonly role: Role
    readonly strength: LeadershipStrength
    readonly epoch: number
    readonly leader: number | null
    readonly applied: { readonly epoch: number; readonly index: number }
    readonly hash: string | null
    readonly store: string
    readonly halted: string | null
  } | null
}

/** A server's process came up, went away, was stopped or went on. */
export interface ProcessChange {
  readonly at: Moment
  readonly server: number
  readonly state: 'running' | 'down' | 'stopped' | 'wiped'
}

/** Everything that a run has seen. Filled while it runs, then only read. */
export class Recording {
  readonly #start: number = performance.now()
  readonly registers: Operation<RegisterOp, RegisterResult>[] = []
  readonly reads: PlacedRead[] = []
  readonly writes: PlacedWrite[] = []
  readonly locks: Operation<LockOp, LockResult>[] = []
  readonly holds: Hold[] = []
  readonly creations: Creation[] = []
  readonly watches: Map<string, Watched[]> = new Map()
  readonly refusals: Refusal[] = []
  readonly faults: Fault[] = []
  readonly samples: Sample[] = []
  readonly processes: ProcessChange[] = []
  /** What must not happen, noticed while the run went on. */
  readonly surprises: string[] = []
  /** Positions that a watch was told are gone from every server's history. */
  readonly compactions: { readonly client: string; readonly index: number }[] = []
  /** Sessions that clients have used. */
  sessions = 0

  /** Now, to the microsecond. */
  now(): Moment {
    return Math.round((performance.now() - this.#start) * 1000) / 1000
  }

  surprise(text: string): void {
    if (this.surprises.length < 100) this.surprises.push(`at ${(this.now() / 1000).toFixed(2)} s: ${text}`)
  }

  /** Calls that clients have made and that have ended or were left open. */
  get operations(): number {
    return this.registers.length + this.locks.length + this.creations.length + this.refusals.length + this.sessionReads
  }

  /** Everything as plain data, for a file. */
  toJSON(): object {
    return { ...Object.fromEntries(Object.entries(this)), watches: Object.fromEntries(this.watches) }
  }

  get sessionReads(): number {
    return this.reads.filter(({ consistency }) => consistency === 'session').length
  }
}
