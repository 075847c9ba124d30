import { faultKinds } from '@synod/sim'
import { expect, it } from 'vitest'
import { runSeeds } from './support/seeds.ts'

it('100 more seeds violate nothing, and every kind of fault happens', { timeout: 300_000 }, async () => {
  const exercised = await runSeeds(1_001, 100)
  const happened = Object.keys(exercised)
    .filter((name) => name.startsWith('fault '))
    .map((name) => name.slice('fault '.length))
  const missing = faultKinds.filter((kind) => !happened.some((name) => name === kind || name.startsWith(`${kind} `)))
  expect(missing).toEqual([])
})
