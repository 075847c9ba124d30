import type { SubmitOutcome } from '@synod/interface'
import type { LogIndex } from '@synod/interface/protocol'
import { Cluster } from './cluster/cluster.ts'
import { legend } from './cluster/describe.ts'
import { History, describeOperation, type Operation } from './clients/history.ts'
import { LateCopies } from './clients/late-copies.ts'
import { SimClient } from './clients/sim-client.ts'
import { seedText } from './engine/random.ts'
import { World } from './engine/world.ts'
import { checkSpeed, failoverMicros } from './invariants/i29-speed.ts'
import { protocolInvariants, treeInvariants } from './invariants/index.ts'
import { Violation, type Checks, type Invariant, type InvariantContext } from './invariants/invariant.ts'
import { faultKinds, type FaultAction } from './nemesis/actions.ts'
import { drawSchedule } from './nemesis/draw-schedule.ts'
import type { Theme } from './nemesis/theme.ts'
import { drawTheme, drawThemed, themeOf } from './nemesis/themes.ts'
import { Nemesis } from './nemesis/nemesis.ts'
import { checkHistory, checkRegisters } from './clients/check-history.ts'
import { resolveSimulation, type ResolvedSimulation, type SimulationOptions } from './options.ts'
import { drawTraits, type Traits } from './traits.ts'
import { standardWorkloads } from './workloads/index.ts'

/** Bound B of I28: from the end of faults to one established leader with everybody behind it, virtual microseconds. */
const convergeMicros = 10 * (2_000_000 + 250_000)
/** From then until the last call of a client has its answer. */
const finishMicros = 40_000_000

/** A server whose disk was slow does not lead for so long (amendment 20). */
const distrustMillis = 11_000

/** Ends of a call that leave its outcome open at any time: of its session, of its client, of all ways to a server. */
const allowedDoubts: ReadonlySet<string> = new Set(['SYNOD_SESSION_EXPIRED', 'SYNOD_STOPPED', 'SYNOD_UNREACHABLE'])

/** What a run found. */
export interface SimulationResult {
  readonly seed: bigint
  /** `null`: everything held. */
  readonly violation: { readonly invariant: string; readonly message: string } | null
  /** Equal for two runs of the same seed and options (I25). */
  readonly hash: string
  readonly virtualMicros: number
  readonly events: number
  /** What happened how often. */
  readonly coverage: Readonly<Record<string, number>>
  /** The faults, to run again or to shrink. */
  readonly schedule: readonly FaultAction[]
  /** For people: the violation, the last events with a legend, the command that replays it. */
  report(): string
}

/** A cluster in virtual time. Made by `createSimulation`. */
export class Simulation {
  readonly options: ResolvedSimulation
  /** What faults are directed at; `null`: nothing. */
  readonly theme: Theme | null
  readonly traits: Traits
  readonly schedule: readonly FaultAction[]
  readonly world: World
  readonly cluster: Cluster
  readonly clients: readonly SimClient[]
  readonly history: History
  readonly nemesis: Nemesis
  readonly #checks: Checks[] = []
  #over = false
  #failure: Violation | null = null

  /** Called by `createSimulation`. */
  constructor(input: SimulationOptions) {
    this.options = resolveSimulation(input)
    const { seed, nodes, clients, faultsMs, faults } = this.options
    const world = new World(seed)
    this.world = world
    world.trace.listener = input.onLine ?? null
    const ofSeed = drawTheme(world.random('theme'), nodes)
    this.theme = this.options.theme === null ? ofSeed : themeOf(this.options.theme)
    const traits = drawTraits(world.random('traits'))
    this.traits = this.theme?.shape(world.random('shape'), traits) ?? traits
    this.history = new History(() => world.now)
    this.history.onReturn = (operation) => {
      world.note(operation.client, describeOperation(operation))
      if (operation.outcome === 'unknown') this.#checkDoubt(operation)
    }
    this.cluster = new Cluster({
      world,
      traits: this.traits,
      nodes,
      replica: input.replica ?? {},
      checks: this.#checks,
      ...(input.stateMachine === undefined ? {} : { stateMachine: input.stateMachine }),
      onHalt: (server, error) => {
        this.nemesis.onHalt(server, error)
      },
      onCrashPoint: (server) => {
        this.nemesis.onCrashPoint(server)
      },
      onEnded: (server) => {
        this.nemesis.onEnded(server)
      },
    })
    this.clients = this.#makeClients(input.workloads ?? standardWorkloads, clients)
    this.nemesis = new Nemesis({
      world,
      network: this.cluster.network,
      servers: this.cluster.servers,
      clients: this.clients,
      leader: () => this.cluster.leader(),
      onFault: (action) => {
        for (const check of this.#checks) check.onFault?.(action)
      },
      onDiskReplaced: (server, by) => {
        for (const check of this.#checks) check.onDiskReplaced?.(server, by)
      },
      fail: (invariant, message) => {
        this.fail(invariant, message)
      },
    })
    const context = {
      ids: this.cluster.ids,
      clients: this.clients.map((client) => client.name),
      faultsMicros: faultsMs * 1000,
      kinds: faults,
    }
    const random = world.random('schedule')
    this.schedule = this.options.schedule ?? (this.theme === null ? drawSchedule(random, context) : drawThemed(this.theme, random, context))
    world.coverage.add(`theme ${this.theme?.name ?? 'none'}`)
    const ofTree = input.stateMachine === undefined ? treeInvariants : []
    for (const invariant of [...protocolInvariants, ...ofTree, ...(input.invariants ?? [])])
      this.#checks.push(invariant.create(this.#contextOf(invariant)))
    world.scheduler.afterEvent = () => {
      if (this.#failure !== null) throw this.#failure
      this.cluster.check()
    }
  }

  /** Ends the run as failed. */
  fail(invariant: string, message: string): void {
    this.#failure ??= new Violation(invariant, message)
  }

  /** Lets virtual time pass: that many milliseconds, or until something holds. Tells whether it does. Rejects with a `Violation`. */
  advance(millis: number, until?: () => boolean): Promise<boolean> {
    const { scheduler } = this.world
    return scheduler.run(scheduler.now + Math.round(millis * 1000), until)
  }

  /**
   * Hands a command to the server that leads, as code in its process would; for own state machines. Returns false when nobody leads. Where
   * the server ends before there is an outcome, `done` is never called: whether the command is executed is not known then.
   */
  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void = () => undefined): boolean {
    const leader = this.cluster.leader()
    const replica = leader?.replica ?? null
    if (replica === null) return false
    leader?.process?.run(() => {
      replica.submit(command, done)
    })
    return true
  }

  /** Starts all servers and clients. */
  start(): void {
    for (const server of this.cluster.servers) server.start()
    for (const client of this.clients) client.start()
  }

  /** The whole life: start, faults, peace, convergence, last answers, checks. Never rejects because of what is simulated. */
  async run(): Promise<SimulationResult> {
    try {
      this.start()
      const calm = this.world.random('phases')
      if (calm.chance(0.7)) await this.#converge('the first start')
      this.nemesis.begin(this.schedule)
      await this.advance(this.options.faultsMs)
      await this.settle()
    } catch (error) {
      this.#failure ??=
        error instanceof Violation ? error : new Violation('error', error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    return this.#result()
  }

  /** Faults stop; the cluster converges; clients finish; the final state is looked at. Rejects with a `Violation`. */
  async settle(): Promise<void> {
    this.nemesis.end()
    const from = this.world.now
    await this.#converge('after the faults')
    this.world.coverage.most('ms to converge, most', Math.round((this.world.now - from) / 1000))
    if (this.traits.peace) await this.#livePeacefully()
    this.#over = true
    await this.#reach('the last calls of clients', finishMicros, () => this.clients.every((client) => !client.isWorking))
    await this.#reach('after the last calls', convergeMicros, () => this.cluster.converged())
    for (const check of [checkHistory, checkRegisters])
      check(this.history, (invariant, message) => {
        this.fail(invariant, message)
      })
    await this.#checkWorkloads()
    await this.#checkSpeed()
    for (const check of this.#checks) check.atEnd?.()
    if (this.#failure !== null) throw this.#failure
  }

  /** Without faults nobody loses a session: whoever holds one after the first of two session timeouts holds it after the second. */
  async #livePeacefully(): Promise<void> {
    const { sessionTimeoutMs } = this.traits
    await this.advance(sessionTimeoutMs)
    const before = this.clients.filter((client) => client.held).map((client) => ({ client, ends: client.endedSessions }))
    await this.advance(1.2 * sessionTimeoutMs)
    for (const { client, ends } of before) {
      if (client.endedSessions > ends) this.fail('I20', `${client.name} has lost its session in a time without faults`)
    }
    this.world.coverage.add('times of peace')
  }

  /** I21: while its session lives a call is tried again until its time is over; only then may its outcome be in doubt. */
  #checkDoubt({ client: life, kind, key, error, calledAt, returnedAt }: Operation): void {
    const client = this.clients.find(({ name }) => name === life.slice(0, life.indexOf('.')))
    if (allowedDoubts.has(error) || client === undefined || !client.held) return
    const waited = returnedAt - calledAt
    if (waited < client.requestTimeoutMs * 970)
      this.fail('I21', `${life} ${kind} ${key} is given up (${error}) after ${waited} µs, while its session is held`)
  }

  /** Not where leaders have resigned again and again: then those wait on purpose before they lead (amendment 20). */
  async #checkSpeed(): Promise<void> {
    const { cluster, traits, world } = this
    if (world.coverage.get('resignations') > 1 || cluster.servers.length < 3) return
    await this.advance(distrustMillis)
    await checkSpeed({
      cluster,
      traits,
      advance: (millis, until) => this.advance(millis, until),
      now: () => world.now,
      kill: (server) => {
        this.nemesis.keptDown = server
        server.kill({ power: false })
      },
      fail: (invariant, message) => {
        this.fail(invariant, message)
      },
      took: (micros) => {
        world.coverage.add('leaders killed in peace')
        world.coverage.most('ms to fail over in peace, most', Math.round(micros / 1000))
        world.note('sim', `the next leader is established after ${micros} µs; allowed ${failoverMicros(traits)}`)
      },
    })
    this.nemesis.keptDown?.start()
    this.nemesis.keptDown = null
    await this.#reach('after the last failover', convergeMicros, () => this.cluster.converged())
  }

  async #checkWorkloads(): Promise<void> {
    const checked = new Set<string>()
    for (const client of this.clients) {
      if (checked.has(client.workload.name)) continue
      checked.add(client.workload.name)
      let done = false
      const process = client.checker()
      process.run(() => {
        client.check(process).then(
          () => {
            done = true
          },
          (error: unknown) => {
            this.fail(`workload ${client.workload.name}`, error instanceof Error ? (error.stack ?? error.message) : String(error))
          },
        )
      })
      await this.#reach(`the final check of workload ${client.workload.name}`, finishMicros, () => done)
    }
  }

  /** Where clients never pause there may be no moment at which everything is applied: then what the leader had at half-time has to be. */
  async #converge(what: string): Promise<void> {
    const { cluster, world } = this
    const halfTime = world.now + convergeMicros / 2
    let index: LogIndex | undefined
    await this.#reach(what, convergeMicros, () => {
      if (world.now >= halfTime) index ??= cluster.leader()?.core?.view.lastZxid.index
      return cluster.converged(index)
    })
  }

  async #reach(what: string, micros: number, until: () => boolean): Promise<void> {
    const { scheduler } = this.world
    if (await scheduler.run(scheduler.now + micros, until)) return
    if (this.#failure !== null) throw this.#failure
    throw new Violation('I28', `${what}: not reached within ${micros / 1_000_000} s of virtual time\n${this.describe()}`)
  }

  /** Every server and client in a line. */
  describe(): string {
    const servers = this.cluster.servers.map((server) => {
      const view = server.core?.view
      const state = server.isUp ? (server.isPaused ? 'paused' : 'up') : `down${server.halted === null ? '' : ` (${server.halted.code})`}`
      const core =
        view === undefined
          ? ''
          : ` ${view.role}${view.role === 'leading' ? ` (${view.strength})` : ` leader ${view.leader}`} epoch ${view.leaderEpoch} ` +
            `promised ${view.promised.epoch}→${view.promised.candidate} last ${view.lastZxid.epoch}.${view.lastZxid.index} commit ${view.commitIndex} applied ${server.state?.appliedZxid.index ?? 0}`
      return `  server ${server.id}: ${state}, life ${server.lives}${server.drive.isSpoilt ? ', disk lost' : ''}${core}`
    })
    const clients = this.clients.map(
      (client) => `  client ${client.name}: ${client.workload.name}, ${client.isWorking ? 'working' : 'done'}, session ${client.sessionId}`,
    )
    return [...servers, ...clients].join('\n')
  }

  #makeClients(workloads: SimulationOptions['workloads'] & object, count: number): readonly SimClient[] {
    const { world, cluster, traits, history } = this
    const random = world.random('clients')
    const names = cluster.servers.map((server) => server.name)
    return Array.from({ length: workloads.length === 0 ? 0 : count }, (_, at) => {
      const prefer = random.chance(0.5) ? ('leader' as const) : ('nearest' as const)
      const rateErrorPpm = random.between(-traits.rateErrorPpm, traits.rateErrorPpm)
      const host = {
        world,
        network: cluster.clientNetwork,
        servers: random.shuffle(names),
        history,
        lateCopies: traits.lateCopies ? this.#lateCopies(`late copies ${at + 1}`) : null,
        tuning: { sessionTimeoutMs: traits.sessionTimeoutMs, prefer, requestTimeoutMs: random.pick([1_000, 5_000, 10_000]) },
        isOver: () => this.#over,
        fail: (invariant: string, message: string) => {
          this.fail(invariant, message)
        },
      }
      const workload = workloads[at % workloads.length]
      if (workload === undefined) throw new RangeError('a client without a workload')
      return new SimClient(host, `c${at + 1}`, { workload, traits: { ...traits.process, rateErrorPpm } })
    })
  }

  #lateCopies(purpose: string): LateCopies {
    const { world, cluster, traits } = this
    const random = world.random(purpose)
    return new LateCopies({
      world,
      random,
      sessionTimeoutMs: traits.sessionTimeoutMs,
      isOver: () => this.#over,
      submit: (command) => {
        const up = cluster.servers.filter((server) => server.isUp)
        const server = up.length === 0 ? null : random.pick(up)
        server?.process?.run(() => {
          if (server.replica?.inspect() !== null) server.replica?.submit(command, () => undefined)
        })
      },
    })
  }

  #contextOf(invariant: Invariant): InvariantContext {
    const { world, cluster } = this
    return {
      now: () => world.now,
      servers: cluster.servers,
      downMicros: Math.max(1_000_000, 4_000 * (cluster.replicaOptions.suspicionTimeoutMinMs ?? 0)),
      faults: () => this.nemesis.done,
      calmSince: () => this.nemesis.calmSince,
      traits: this.traits,
      clients: () => this.clients,
      server: (id) => cluster.server(id),
      fail: (message) => {
        const violation = new Violation(invariant.name, message)
        this.#failure ??= violation
        throw violation
      },
      count: (name) => {
        world.coverage.add(name)
      },
    }
  }

  #result(): SimulationResult {
    const { world, options, schedule } = this
    const failure = this.#failure
    const violation = failure === null ? null : { invariant: failure.invariant, message: failure.message }
    const { operations } = this.history
    for (const { outcome } of operations) world.coverage.add(`calls ${outcome}`)
    return {
      seed: options.seed,
      violation,
      hash: world.trace.hash,
      virtualMicros: world.now,
      events: world.scheduler.events,
      coverage: world.coverage.toObject(),
      schedule,
      report: () => {
        if (violation === null) return `seed ${seedText(options.seed)}: no violation`
        return [
          `seed ${seedText(options.seed)} (${options.nodes} servers; ${this.traits.name}${this.theme === null ? '' : `; ${this.theme.name}`}): ${violation.invariant} is violated at ${world.now / 1000} ms`,
          `  ${violation.message}`,
          '',
          'last events:',
          ...world.trace.last(80),
          '',
          legend,
          '',
          this.describe(),
          '',
          ...replayOf(options),
        ].join('\n')
      },
    }
  }
}

/** How to run this again: the command of this repository, and what `createSimulation` takes beside own workloads and state machines. */
function replayOf({ seed, nodes, clients, faultsMs, faults, theme, schedule }: ResolvedSimulation): readonly string[] {
  const some = faults.length < faultKinds.length
  const words = [
    `--seed ${seedText(seed)} --nodes ${nodes}`,
    ...(some ? [`--faults ${faults.join(',')}`] : []),
    ...(theme === null || some ? [] : [`--theme ${theme}`]),
  ]
  const chosen = { seed: seedText(seed), nodes, clients, faultsMs, ...(some ? { faults } : {}), ...(theme === null ? {} : { theme }) }
  return [
    ...(schedule === null ? [`replay: npm run sim -- ${words.join(' ')} --trace`] : []),
    `replay by createSimulation: ${JSON.stringify(schedule === null ? chosen : { ...chosen, schedule })}`,
  ]
}

/**
 * Makes a cluster that runs in virtual time: production replicas, trees and clients on a simulated clock, network and disks. Nothing
 * happens before `run`, or `start` and `advance`. Throws `SYNOD_INVALID_CONFIG` with every issue of the options.
 */
export function createSimulation(options: SimulationOptions): Simulation {
  return new Simulation(options)
}
