import { describe, expect, it } from 'vitest'
import { Scheduler } from '../dist/engine/scheduler.js'

describe('the scheduler', () => {
  it('runs events in order of time, and of one moment in the order in which they were asked for', async () => {
    const scheduler = new Scheduler()
    const ran: string[] = []
    for (const [at, name] of [
      [30, 'd'],
      [10, 'a'],
      [20, 'b'],
      [20, 'c'],
    ] as const)
      scheduler.at(at, () => {
        ran.push(name)
      })
    await scheduler.run(1_000)
    expect(ran.join('')).toBe('abcd')
    expect(scheduler.now).toBe(1_000)
  })

  it('lets every promise settle before the next event, however long the chain', async () => {
    const scheduler = new Scheduler()
    const ran: string[] = []
    scheduler.at(1, () => {
      void (async () => {
        for (let hop = 0; hop < 1_000; hop += 1) await Promise.resolve()
        ran.push('promises')
      })()
    })
    scheduler.at(1, () => {
      ran.push('next event')
    })
    await scheduler.run(10)
    expect(ran).toEqual(['promises', 'next event'])
  })

  it('ends as soon as what it waits for holds, and goes on from there', async () => {
    const scheduler = new Scheduler()
    let count = 0
    const tick = (): void => {
      count += 1
      scheduler.after(5, tick)
    }
    scheduler.after(5, tick)
    expect(await scheduler.run(1_000, () => count === 3)).toBe(true)
    expect(scheduler.now).toBe(15)
    expect(await scheduler.run(20, () => count > 100)).toBe(false)
    expect(count).toBe(4)
  })

  it('does not run what was cancelled, and rejects with what an event throws', async () => {
    const scheduler = new Scheduler()
    let ran = false
    scheduler.at(1, () => {
      ran = true
    })()
    scheduler.at(2, () => {
      throw new Error('an event failed')
    })
    await expect(scheduler.run(10)).rejects.toThrow('an event failed')
    expect(ran).toBe(false)
  })
})
