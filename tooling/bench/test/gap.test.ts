import { describe, expect, it } from 'vitest'
import { GapWatch } from '../src/load/gap.ts'

/** Acknowledgements every millisecond, both ends included. */
function steady(watch: GapWatch, from: number, to: number): void {
  for (let at = from; at <= to; at++) watch.acknowledged(at)
}

describe('the gap around a fault', () => {
  it('is the longest time between two acknowledgements', () => {
    const watch = new GapWatch()
    steady(watch, 0, 100)
    watch.fault(100.5)
    steady(watch, 140, 1_200)
    expect(watch.gapMs).toBe(40)
  })

  it('counts from the last acknowledgement before the fault', () => {
    const watch = new GapWatch()
    steady(watch, 0, 90)
    watch.fault(100)
    steady(watch, 130, 1_200)
    expect(watch.gapMs).toBe(40)
  })

  it('is not affected by pauses before the fault', () => {
    const watch = new GapWatch()
    watch.acknowledged(0)
    steady(watch, 5_000, 5_100)
    watch.fault(5_100)
    steady(watch, 5_130, 6_200)
    expect(watch.gapMs).toBe(30)
  })

  it('is not known before the fault, nor before writes have gone on for a second', () => {
    const watch = new GapWatch()
    steady(watch, 0, 2_000)
    expect(watch.gapMs).toBeNull()
    watch.fault(2_000)
    steady(watch, 2_040, 2_900)
    expect(watch.gapMs).toBeNull()
    steady(watch, 2_901, 3_000)
    expect(watch.gapMs).toBe(40)
  })

  it('waits for the end of a second pause', () => {
    const watch = new GapWatch()
    steady(watch, 0, 100)
    watch.fault(100)
    steady(watch, 400, 500)
    steady(watch, 1_500, 2_400)
    expect(watch.gapMs).toBeNull()
    steady(watch, 2_401, 2_500)
    expect(watch.gapMs).toBe(1_000)
  })

  it('may learn of the fault after the acknowledgements that follow it', () => {
    const watch = new GapWatch()
    steady(watch, 0, 100)
    steady(watch, 160, 1_200)
    watch.fault(100)
    expect(watch.gapMs).toBe(60)
  })
})
