import { createClientService, type ClientService } from '@synod/client'
import type { SynodError } from '@synod/interface'
import type { Micros, NodeId, StateMachine, WatchSource } from '@synod/interface/protocol'
import { createReplica, type Replica, type ReplicaBounds, type ReplicaInspection, type ReplicaTimings } from '@synod/replica'
import type { RandomStream } from '../engine/random.ts'
import type { World } from '../engine/world.ts'
import type { DiskView } from '../disk/disk-view.ts'
import type { SimDisk } from '../disk/sim-disk.ts'
import { SimStorage } from '../disk/sim-storage.ts'
import type { ObservedServer } from '../invariants/invariant.ts'
import { endpointOf } from '../network/client-network.ts'
import type { Network } from '../network/network.ts'
import { SimTransport, type TransportBook } from '../network/sim-transport.ts'
import { SimProcess, type ProcessTraits } from '../process/sim-process.ts'
import { ObservedMachine, type MachineListener } from './observed-machine.ts'

/** A state machine, and where watches on it come from, if it has any. */
export type SimStateMachine = StateMachine & Partial<WatchSource>

/** What all servers of a simulation have in common. */
export interface ServerHost {
  readonly world: World
  readonly network: Network
  readonly book: TransportBook
  readonly voters: readonly NodeId[]
  readonly replicaOptions: Partial<ReplicaTimings & ReplicaBounds>
  makeMachine(): SimStateMachine
  machineListener(server: SimServer): MachineListener
  onStep(server: SimServer): void
  /** The process of this server is gone, by whatever it was; `tells`: its machine is still on. */
  onEnded(server: SimServer, process: SimProcess, tells: boolean): void
  /** It ended between two effects, as it was told to. */
  onCrashPoint(server: SimServer): void
  /** It halted for good by itself, or could not start; its process ends. */
  onHalt(server: SimServer, error: SynodError): void
}

/** One life of a server. */
interface Life {
  readonly process: SimProcess
  readonly transport: SimTransport
  readonly storage: SimStorage
  readonly replica: Replica
  readonly machine: ObservedMachine
  readonly service: ClientService | null
}

/** A server through all its lives: the disk stays, everything else is new each time. */
export class SimServer implements ObservedServer {
  readonly id: NodeId
  readonly name: string
  readonly drive: SimDisk
  /** Its machine has power. */
  isPowered = true
  lives = 0
  /** This life was asked to end in order. */
  isStopping = false
  /** The last life halted by itself with this. */
  halted: SynodError | null = null
  /** The last life ended after it had halted, and all that it wanted to write is written. */
  hasEndedInOrder = false
  readonly #host: ServerHost
  readonly #random: RandomStream
  readonly #traits: ProcessTraits
  #life: Life | null = null

  constructor(host: ServerHost, id: NodeId, parts: { readonly drive: SimDisk; readonly traits: ProcessTraits }) {
    this.#host = host
    this.id = id
    this.name = String(id)
    this.drive = parts.drive
    this.#traits = parts.traits
    this.#random = host.world.random(`server ${id}`)
  }

  get isUp(): boolean {
    return this.#life !== null
  }

  get isPaused(): boolean {
    return this.#life?.process.isPaused ?? false
  }

  get resumedAt(): Micros {
    return this.#life?.process.resumedAt ?? 0
  }

  get disk(): DiskView {
    return this.drive.view
  }

  get core(): ReplicaInspection | null {
    // A replica that has halted does nothing any more, and its process may still be writing.
    return this.halted === null ? (this.#life?.replica.inspect() ?? null) : null
  }

  get incarnation(): number {
    return this.core?.view.incarnation ?? 0
  }

  get machine(): ObservedMachine | null {
    return this.#life?.machine ?? null
  }

  get state(): StateMachine | null {
    return this.#life?.machine ?? null
  }

  get replica(): Replica | null {
    return this.#life?.replica ?? null
  }

  get service(): ClientService | null {
    return this.#life?.service ?? null
  }

  get process(): SimProcess | null {
    return this.#life?.process ?? null
  }

  get transport(): SimTransport | null {
    return this.#life?.transport ?? null
  }

  /** A new process on the same disk. Does nothing while one runs. */
  start(): void {
    if (this.#life !== null) return
    const { world, network, book, voters, replicaOptions } = this.#host
    this.lives += 1
    this.isPowered = true
    this.isStopping = false
    this.halted = null
    this.hasEndedInOrder = false
    world.note(this.name, `starts, life ${this.lives}`)
    const process = new SimProcess(world, this.name, { random: this.#random.split(`life ${this.lives}`), traits: this.#traits })
    const transport = new SimTransport(this.id, { process, network, book })
    const storage = new SimStorage(process, this.drive)
    const inner = this.#host.makeMachine()
    const machine = new ObservedMachine(inner, this.#host.machineListener(this))
    const replica = createReplica({
      ...replicaOptions,
      id: this.id,
      cluster: 'sim',
      voters,
      transport,
      storage,
      stateMachine: machine,
      clock: process.clock,
      random: process.random,
      endpoint: endpointOf(this.name),
      pid: this.lives,
      version: 'sim',
    })
    const watches = inner.subscribe === undefined ? null : (inner as StateMachine & WatchSource)
    const service = watches === null ? null : createClientService({ replica, watches, clock: process.clock, sessionTimeoutMinMs: 1_000 })
    this.#life = { process, transport, storage, replica, machine, service }
    process.onStep = () => {
      this.#host.onStep(this)
    }
    process.onCrashPoint = () => {
      world.coverage.add('crashes between effects')
      this.kill({ power: false })
      this.#host.onCrashPoint(this)
    }
    replica.on('halt', ({ error }) => {
      this.#onHalt(process, error)
    })
    process.run(() => {
      replica.start().catch((error: unknown) => {
        this.#onHalt(process, error as SynodError)
      })
    })
  }

  /**
   * SIGKILL, or with `power` the whole machine: then nobody is told that its connections are over, and nothing answers there. With
   * `moves` nobody is told either, and nothing will ever answer at the address that this life had.
   */
  kill(options: { readonly power: boolean; readonly moves?: boolean }): void {
    if (options.power) this.isPowered = false
    const life = this.#life
    if (life === null) return
    const moves = options.moves ?? false
    const tells = !options.power && !moves
    this.#host.world.note(this.name, options.power ? 'loses power' : moves ? 'moves' : 'is killed')
    this.#life = null
    life.process.kill()
    life.process.hasMoved = moves
    this.drive.lose()
    life.transport.vanish(tells)
    this.#host.onEnded(this, life.process, tells)
  }

  /** Hands leadership over and ends in order, as SIGTERM does. */
  stop(): void {
    const life = this.#life
    if (life === null) return
    this.#host.world.note(this.name, 'is stopped')
    life.process.run(() => {
      if (this.#life === life) this.isStopping = true
      life.replica.stop({ graceful: true }).then(
        () => {
          if (this.#life === life) this.kill({ power: false })
        },
        (error: unknown) => {
          this.#raise(error)
        },
      )
    })
  }

  #onHalt(process: SimProcess, error: SynodError): void {
    const life = this.#life
    if (!process.isAlive || life?.process !== process || this.halted !== null) return
    this.halted = error
    this.#host.world.note(this.name, `halts: ${error.code} ${error.message}`)
    this.#host.onHalt(this, error)
    process.run(() => {
      life.replica.stop().then(
        () => {
          if (this.#life !== life) return
          this.hasEndedInOrder = !life.storage.hasFailed
          this.kill({ power: false })
        },
        (error: unknown) => {
          this.#raise(error)
        },
      )
    })
  }

  /** A stop never rejects, but for what an invariant has thrown in it: that ends the run like any other. */
  #raise(error: unknown): void {
    const { scheduler } = this.#host.world
    scheduler.at(scheduler.now, () => {
      throw error
    })
  }
}
