import type { SynodError } from '@synod/interface'
import type { Micros, NodeId } from '@synod/interface/protocol'
import type { World } from '../engine/world.ts'
import type { SimServer } from '../cluster/sim-server.ts'
import type { SimClient } from '../clients/sim-client.ts'
import { noFault } from '../network/edge.ts'
import type { Network } from '../network/network.ts'
import { OlderCopies } from './older-copy.ts'
import { durationOf } from './duration.ts'
import { besiege, type SiegeAction } from './themes-of-sessions.ts'
import { describeAction, type FaultAction, type Target } from './actions.ts'

/** What the nemesis may touch. */
export interface NemesisHost {
  readonly world: World
  readonly network: Network
  readonly servers: readonly SimServer[]
  readonly clients: readonly SimClient[]
  leader(): SimServer | null
  onDiskReplaced(server: SimServer, by: 'empty' | 'older'): void
  /** A fault is about to happen. */
  onFault(action: FaultAction): void
  /** Something happened that no fault explains. */
  fail(invariant: string, message: string): void
}

/** Brings a schedule about, and takes everything back at its end. */
export class Nemesis {
  /** Faults that took effect. */
  done = 0
  /** From then on no fault has an effect any more, as far as is known now; never, where scenarios by hand bring faults about. */
  calmSince: Micros = Number.POSITIVE_INFINITY
  /** Is not started again for now. */
  keptDown: SimServer | null = null
  readonly #host: NemesisHost
  readonly #downFor: Map<SimServer, Micros> = new Map()
  readonly #olderCopies: OlderCopies
  #over = false

  constructor(host: NemesisHost) {
    this.#host = host
    this.#olderCopies = new OlderCopies({
      world: host.world,
      servers: host.servers,
      isOver: () => this.#over,
      mayLose: () => this.#mayLose(),
      start: (server) => {
        this.#start(server)
      },
      onRestored: (server) => {
        host.onDiskReplaced(server, 'older')
      },
    })
  }

  /** Disks that are lost for good: a minority at most, or no cluster could survive it. */
  get #spoilt(): number {
    return this.#host.servers.filter((server) => server.drive.isSpoilt).length
  }

  begin(schedule: readonly FaultAction[]): void {
    this.calmSince = this.#host.world.now
    for (const action of schedule) {
      this.#host.world.scheduler.after(action.at, () => {
        if (!this.#over) this.perform(action)
      })
    }
  }

  /** Faults stop: everything that can be healed is, everybody who can run does. */
  end(): void {
    this.#over = true
    const { world, network, servers, clients } = this.#host
    world.note('sim', 'faults end')
    network.healAll()
    for (const server of servers) {
      server.process?.crashAtEffect(0)
      server.process?.resume()
      server.drive.quicken(world.scheduler)
      if (server.machine !== null) server.machine.failAtEntry = null
      server.drive.isFull = false
      server.drive.failAtWrite = null
      this.#start(server)
    }
    for (const client of clients) {
      client.resume()
      client.start()
    }
  }

  perform(action: FaultAction): void {
    const { world } = this.#host
    world.note('sim', describeAction(action))
    this.#host.onFault(action)
    if (!this.#perform(action)) return
    this.done += 1
    this.#stirs(durationOf(action))
    world.coverage.add(`fault ${kindOf(action)}`)
  }

  /** What a supervisor does when a server has halted by itself. */
  onHalt(server: SimServer, error: SynodError): void {
    const { world } = this.#host
    this.#stirs(2_000_000)
    world.coverage.add(`halts ${error.code}`)
    const spoilt = server.drive.isSpoilt
    if (server.machine?.hasFailed === true) {
      this.#startIn(server, this.#downFor.get(server) ?? 100_000)
      return
    }
    this.#olderCopies.onHalt(server)
    if (error.code === 'SYNOD_STORAGE_FAILED' || error.code === 'SYNOD_STOPPED')
      this.#startIn(server, 500_000 + server.drive.random.below(1_000_000))
    else if (!spoilt || error.code === 'SYNOD_INVARIANT')
      this.#host.fail('assert', `server ${server.id} halts: ${error.code} ${error.message}`)
  }

  /** Once faults are over nobody stays down: a stop or a crash that was under way ends in a start. */
  onEnded(server: SimServer): void {
    this.#stirs(this.#downFor.get(server) ?? 100_000)
    this.#olderCopies.onEnded(server)
    if (this.#over && server !== this.keptDown)
      this.#host.world.scheduler.after(10_000, () => {
        this.#start(server)
      })
  }

  /** A server has ended at its crash point. */
  onCrashPoint(server: SimServer): void {
    this.#startIn(server, this.#downFor.get(server) ?? 100_000)
  }

  #stirs(micros: Micros): void {
    this.calmSince = Math.max(this.calmSince, this.#host.world.now + micros)
  }

  #perform(action: FaultAction): boolean {
    switch (action.kind) {
      case 'crash':
        return this.#withServer(action.node, (server) => {
          this.#crash(server, action)
        })
      case 'power':
        for (const id of action.nodes)
          this.#withServer(id, (server) => {
            this.#down(server, action.downMicros, true)
          })
        return true
      case 'stop':
        return this.#withServer(action.node, (server) => {
          server.stop()
          this.#startIn(server, 2_500_000 + action.downMicros)
        })
      case 'pause':
        return this.#withServer(action.node, (server) => {
          this.#pause(server, action.forMicros, action.stopClock)
        })
      case 'wall-clock':
        return this.#withServer(action.node, (server) => {
          server.process?.jumpWallClock(action.millis)
        })
      case 'slow-disk':
      case 'failing-disk':
      case 'full-disk':
        return this.#withServer(action.node, (server) => {
          this.#spoilDisk(server, action)
        })
      case 'wipe':
      case 'rot':
      case 'misdirect':
        return this.#lose(action)
      case 'restore':
        return (
          this.#mayLose() &&
          this.#withServer(action.node, (server) => {
            this.#olderCopies.begin(server, action)
          })
        )
      case 'move':
      case 'stall':
      case 'oom':
        return this.#withServer(action.node, (server) => {
          this.#trouble(server, action)
        })
      case 'stale':
        return this.#stale(action)
      case 'siege':
        return this.#besiege(action)
      case 'edges':
      case 'cut':
      case 'break':
      case 'half-open':
      case 'refuse':
        return this.#network(action)
      case 'client-crash':
      case 'client-pause':
      case 'client-break':
        return this.#client(action)
    }
  }

  #trouble(server: SimServer, action: FaultAction & { readonly kind: 'move' | 'stall' | 'oom' }): void {
    if (action.kind === 'move') {
      server.kill({ power: false, moves: true })
      this.#startIn(server, action.downMicros)
    } else if (action.kind === 'stall') {
      server.process?.stallAtEffect(action.effects, action.forMicros)
    } else {
      this.#downFor.set(server, action.downMicros)
      if (server.machine !== null) server.machine.failAtEntry = action.entries
    }
  }

  #crash(server: SimServer, action: FaultAction & { readonly kind: 'crash' }): void {
    if (action.effects > 0 && !action.power) {
      this.#downFor.set(server, action.downMicros)
      server.process?.crashAtEffect(action.effects)
      return
    }
    this.#down(server, action.downMicros, action.power)
  }

  #down(server: SimServer, micros: Micros, power: boolean): void {
    server.kill({ power })
    this.#startIn(server, micros)
  }

  #pause(server: SimServer, forMicros: Micros, stopClock: boolean): void {
    const { process } = server
    process?.pause(stopClock)
    this.#later(forMicros, () => {
      process?.resume()
    })
  }

  #spoilDisk(server: SimServer, action: FaultAction & { readonly kind: 'slow-disk' | 'failing-disk' | 'full-disk' }): void {
    const { drive } = server
    if (action.kind === 'failing-disk') {
      drive.failAtWrite = drive.writes + action.writes
      return
    }
    if (action.kind === 'slow-disk') drive.slowMicros = action.extraMicros
    else drive.isFull = true
    this.#later(action.forMicros, () => {
      if (action.kind === 'slow-disk') drive.quicken(this.#host.world.scheduler)
      else drive.isFull = false
    })
  }

  /** Only where the cluster survives it: a minority of disks, and not before the cluster was formed. */
  #mayLose(): boolean {
    const { servers } = this.#host
    const minority = Math.floor((servers.length - 1) / 2)
    return this.#spoilt < minority && servers.every((server) => server.drive.view.last.index > 0)
  }

  #stale({ from, to, frames, forMicros }: FaultAction & { readonly kind: 'stale' }): boolean {
    const { world, network, servers } = this.#host
    let found = 0
    for (let count = 0; count < frames; count += 1) {
      const frame = network.sent.pick(String(from), String(to))
      if (frame === null) continue
      found += 1
      this.#later(world.random(`stale ${world.now} ${count}`).below(forMicros), () => {
        world.coverage.add('frames stale')
        servers.find((each) => each.id === to)?.transport?.receiveStale(from, frame)
      })
    }
    return found > 0
  }

  #lose(action: FaultAction & { readonly kind: 'wipe' | 'rot' | 'misdirect' }): boolean {
    if (!this.#mayLose()) return false
    return this.#withServer(
      action.node,
      (server) => {
        if (server.drive.isSpoilt) return
        server.kill({ power: false })
        server.drive.isSpoilt = true
        if (action.kind === 'wipe') {
          server.drive.wipe()
          this.#host.onDiskReplaced(server, 'empty')
        } else if (action.kind === 'rot') {
          server.drive.rot()
        } else {
          server.drive.misdirect()
        }
        this.#startIn(server, action.downMicros)
      },
      true,
    )
  }

  #network(action: FaultAction & { readonly kind: 'edges' | 'cut' | 'break' | 'half-open' | 'refuse' }): boolean {
    const { network } = this.#host
    switch (action.kind) {
      case 'edges':
        for (const [from, to] of action.directions) network.setFault(from, to, action.fault)
        this.#later(action.forMicros, () => {
          const healed = Object.fromEntries(Object.keys(action.fault).map((key) => [key, noFault[key as keyof typeof noFault]]))
          for (const [from, to] of action.directions) network.setFault(from, to, healed)
        })
        return true
      case 'cut':
        return this.#withServer(action.node, (server) => {
          this.#cut(server, action)
        })
      case 'break':
        return this.#withServer(action.a, (server) => {
          server.transport?.breakLink(action.b)
        })
      case 'half-open':
        return this.#withServer(action.a, (server) => {
          server.transport?.halfOpen(action.b)
        })
      case 'refuse':
        return this.#withServer(action.node, (server) => {
          network.refuse(server.name)
          for (const other of this.#host.servers) server.transport?.breakLink(other.id)
          this.#later(action.forMicros, () => {
            network.accept(server.name)
          })
        })
    }
  }

  #cut(server: SimServer, { ways, breaks, forMicros, withClients = false }: FaultAction & { readonly kind: 'cut' }): void {
    const { network, servers } = this.#host
    const inside = [server.name, ...(withClients ? this.#host.clients.map((client) => client.name) : [])]
    const set = (blackHole: boolean): void => {
      for (const other of servers) {
        if (other === server) continue
        for (const name of inside) {
          if (ways !== 'in') network.setFault(name, other.name, { blackHole })
          if (ways !== 'out') network.setFault(other.name, name, { blackHole })
        }
      }
    }
    set(true)
    if (breaks) for (const other of servers) other.transport?.breakLink(server.id)
    this.#later(forMicros, () => {
      set(false)
    })
  }

  #client(action: FaultAction & { readonly kind: 'client-crash' | 'client-pause' | 'client-break' }): boolean {
    const client = this.#host.clients.find((each) => each.name === action.client)
    if (client === undefined) return false
    if (action.kind === 'client-crash') {
      client.kill()
      this.#later(action.downMicros, () => {
        client.start()
      })
    } else if (action.kind === 'client-pause') {
      client.pause()
      this.#later(action.forMicros, () => {
        client.resume()
      })
    } else {
      client.breakConnections()
    }
    return true
  }

  #besiege(action: SiegeAction): boolean {
    const { network, servers } = this.#host
    const ids = servers.map((server) => server.id)
    return this.#withServer(action.node, (server) => {
      const later = this.#later.bind(this)
      const pause = (micros: Micros): void => {
        this.#pause(server, micros, false)
      }
      besiege({ network, ids, later, pause }, server.id, action)
    })
  }

  /** `orDown`: also a server that does not run. */
  #withServer(target: Target, run: (server: SimServer) => void, orDown = false): boolean {
    const { servers } = this.#host
    const server =
      target === 'leader' ? (this.#host.leader() ?? servers.find((each) => each.isUp)) : servers.find((each) => each.id === target)
    if (server === undefined || (!server.isUp && !orDown)) return false
    run(server)
    return true
  }

  #startIn(server: SimServer, micros: Micros): void {
    this.#later(micros, () => {
      this.#start(server)
    })
  }

  #start(server: SimServer): void {
    if (this.#olderCopies.isGone(server)) return
    const gone: readonly string[] = ['SYNOD_STORAGE_MISSING', 'SYNOD_STORAGE_CORRUPT']
    if (server.drive.isSpoilt && server.halted !== null && gone.includes(server.halted.code) && !this.#olderCopies.isSuspect(server)) return
    server.start()
  }

  #later(micros: Micros, run: () => void): void {
    this.#host.world.scheduler.after(micros, () => {
      if (!this.#over) run()
    })
  }

  /** Servers that run, or could. */
  usable(): readonly NodeId[] {
    return this.#host.servers.filter((server) => !server.drive.isSpoilt).map((server) => server.id)
  }
}

/** As the summary counts it. */
function kindOf(action: FaultAction): string {
  if (action.kind === 'edges') return action.name
  return action.kind === 'pause' && action.stopClock ? 'suspend' : action.kind
}
