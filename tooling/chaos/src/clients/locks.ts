import { setTimeout as sleep } from 'node:timers/promises'
import { SynodError } from '@synod/interface'
import { FenceGuard } from '@synod/recipes/fence'
import { DistributedLock } from '@synod/recipes/lock'
import type { LockHandle } from '@synod/recipes/lock'
import { noteRefusal, repeat } from './actor.ts'
import type { Actor } from './actor.ts'

/** The locks that all clients share. */
export const lockPaths: readonly [string, ...string[]] = ['/chaos/locks/a', '/chaos/locks/b']

const acquireTimeoutMs = 3_000

/** The resources that the locks guard, each with the guard that it asks; shared by all clients of a run. */
export class GuardedResources {
  readonly #guards = new Map<string, FenceGuard>()

  /** Whether the resource took this token. */
  use(lock: string, token: bigint): 'accepted' | 'fenced' {
    const guard = this.#guards.get(lock) ?? new FenceGuard()
    this.#guards.set(lock, guard)
    try {
      guard.check(token)
      return 'accepted'
    } catch (error) {
      if (SynodError.is(error, 'SYNOD_FENCED')) return 'fenced'
      throw error
    }
  }
}

/** Takes one of two locks, uses the resource while it holds it, and once afterwards as a client would that was not told. Ends with the actor. */
export class LockWork {
  readonly #actor: Actor
  readonly #resources: GuardedResources
  #attempts = 0

  constructor(actor: Actor, resources: GuardedResources) {
    this.#actor = actor
    this.#resources = resources
  }

  async run(): Promise<void> {
    await repeat(this.#actor, 100, () => this.#one())
  }

  async #one(): Promise<void> {
    const { name, random, recording, lives, stop } = this.#actor
    const { client } = await lives.current(stop)
    const lock = random.pick(lockPaths)
    this.#attempts += 1
    const holder = `${name}#${this.#attempts}`
    const call = recording.now()
    const patience = AbortSignal.any([AbortSignal.timeout(acquireTimeoutMs), stop])
    let handle: LockHandle
    try {
      handle = await new DistributedLock(client, lock).acquire({ signal: patience })
    } catch (error) {
      if (error !== patience.reason) noteRefusal(this.#actor, { what: `acquire of ${lock}`, at: call }, error)
      return
    }
    const from = recording.now()
    const token = Number(handle.fencingToken)
    recording.locks.push({ client: name, call, return: from, op: { kind: 'acquire', lock, holder }, result: { kind: 'acquired', token } })
    let lostAt: number | null = null
    handle.signal.addEventListener('abort', () => (lostAt ??= recording.now()), { once: true })
    await this.#hold(handle, lock)
    const to = Math.min(lostAt ?? Infinity, recording.now())
    recording.holds.push({ client: name, lock, token, from, to, lost: lostAt !== null })
    recording.locks.push({ client: name, call: to, return: null, op: { kind: 'release', lock, holder } })
    await handle.release()
    if (random.chance(30)) {
      await sleep(random.between(0, 100))
      this.#use(lock, token)
    }
  }

  async #hold(handle: LockHandle, lock: string): Promise<void> {
    const { name, random, recording, stop } = this.#actor
    const token = Number(handle.fencingToken)
    const long = random.chance(8)
    for (let uses = long ? random.between(40, 160) : random.between(1, 6); uses > 0 && handle.held && !stop.aborted; uses -= 1) {
      if (this.#use(lock, token) === 'fenced')
        recording.surprise(`${name} holds ${lock} with token ${token}, and the resource has seen a greater one`)
      await sleep(random.between(5, 60))
    }
  }

  #use(lock: string, token: number): 'accepted' | 'fenced' {
    const { name, recording } = this.#actor
    const at = recording.now()
    const kind = this.#resources.use(lock, BigInt(token))
    recording.locks.push({ client: name, call: at, return: at, op: { kind: 'use', lock, token }, result: { kind } })
    return kind
  }
}
