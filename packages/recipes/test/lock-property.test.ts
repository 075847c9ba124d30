import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { DistributedLock } from '@synod/recipes/lock'
import type { LockHandle, LockMode } from '@synod/recipes/lock'
import { FakeClient } from './fake-client.ts'
import type { UnknownOutcome } from './fake-client.ts'
import { FakeService } from './fake-service.ts'
import { idle } from './waiting.ts'

interface Plan {
  readonly mode: LockMode
  readonly turns: number
  readonly holdSteps: number
  /** The acquire is given up after so many messages; −1: never. */
  readonly abortAfter: number
  /** The session is lost after so many messages of this client; −1: never. */
  readonly loseAfter: number
  readonly unknown: UnknownOutcome | null
}

const plan: fc.Arbitrary<Plan> = fc.record({
  mode: fc.constantFrom('exclusive', 'exclusive', 'shared'),
  turns: fc.integer({ min: 1, max: 3 }),
  holdSteps: fc.integer({ min: 0, max: 4 }),
  abortAfter: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 12 })),
  loseAfter: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 30 })),
  unknown: fc.oneof(fc.constant(null), fc.constantFrom<UnknownOutcome>('applied', 'dropped', 'late')),
})

/** Watches all handles at every step of the scheduler. */
class Checker {
  readonly handles: LockHandle[] = []
  grants = 0
  #greatest = 0n

  granted(handle: LockHandle): void {
    this.grants += 1
    this.handles.push(handle)
    this.check()
    if (handle.mode === 'shared') return
    expect(handle.fencingToken).toBeGreaterThan(this.#greatest)
    this.#greatest = handle.fencingToken
  }

  check(): void {
    const held = this.handles.filter((handle) => handle.held)
    if (held.some((handle) => handle.mode === 'exclusive')) expect(held).toHaveLength(1)
  }
}

class Worker {
  readonly #plan: Plan
  readonly #scheduler: fc.Scheduler
  readonly #service: FakeService
  readonly #checker: Checker
  readonly #client: FakeClient
  readonly #abort = new AbortController()
  readonly #random = { bytes: (length: number): Uint8Array => this.#nextBytes(length) }
  #contenders = 0
  #messages = 0

  constructor(plan: Plan, world: { readonly scheduler: fc.Scheduler; readonly service: FakeService; readonly checker: Checker }) {
    this.#plan = plan
    this.#scheduler = world.scheduler
    this.#service = world.service
    this.#checker = world.checker
    this.#client = new FakeClient(world.service, { travel: (label) => this.#travel(label), lag: () => this.#messages % 4 })
  }

  async run(): Promise<void> {
    if (this.#plan.unknown !== null) this.#client.failNext('create', this.#plan.unknown)
    for (let turn = 0; turn < this.#plan.turns; turn += 1) {
      try {
        const handle = await new DistributedLock(this.#client, '/lock', { random: this.#random }).acquire({
          mode: this.#plan.mode,
          signal: this.#abort.signal,
        })
        this.#checker.granted(handle)
        for (let step = 0; step < this.#plan.holdSteps; step += 1) await this.#travel('work')
        await handle.release()
      } catch (error) {
        if (error !== 'given up' && !SynodError.is(error, 'SYNOD_SESSION_EXPIRED') && !SynodError.is(error, 'SYNOD_LOCK_LOST')) throw error
        return
      }
    }
  }

  /** Names that are the same in every run of a seed. */
  #nextBytes(length: number): Uint8Array {
    this.#contenders += 1
    return Uint8Array.from({ length }, (_, index) => (index === 0 ? this.#client.session.id : index === 1 ? this.#contenders : 0))
  }

  async #travel(label: string): Promise<void> {
    this.#messages += 1
    if (this.#messages === this.#plan.abortAfter) this.#abort.abort('given up')
    if (this.#messages === this.#plan.loseAfter) {
      this.#client.loseSession()
      void this.#scheduler.schedule(Promise.resolve(), 'expire').then(() => this.#service.expire(this.#client.session.id))
    }
    await this.#scheduler.schedule(Promise.resolve(), label)
  }
}

describe('whatever the order of messages, losses and aborts', () => {
  it('at most one exclusive handle is held, tokens grow, everybody gets a turn, and nothing stays behind', async () => {
    let grants = 0
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(plan, { minLength: 2, maxLength: 5 }), async (scheduler, plans) => {
        const service = new FakeService()
        const checker = new Checker()
        const runs = plans.map((one) => new Worker(one, { scheduler, service, checker }).run())
        let over = false
        const all = Promise.all(runs).finally(() => {
          over = true
        })
        while (!over || scheduler.count() > 0) {
          if (scheduler.count() > 0) await scheduler.waitNext(1)
          checker.check()
          if (scheduler.count() > 0) continue
          await idle()
          if (!over && scheduler.count() === 0) throw new Error('a waiter waits although no message is under way')
        }
        await all
        const reader = new DistributedLock(new FakeClient(service), '/lock')
        expect(await reader.query()).toEqual({ held: [], pending: [] })
        grants += checker.grants
      }),
      { numRuns: 300 },
    )
    expect(grants).toBeGreaterThan(300)
  })
})
