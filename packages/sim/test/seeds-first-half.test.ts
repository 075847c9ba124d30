import { expect, it } from 'vitest'
import { runSeeds } from './support/seeds.ts'

it('100 seeds violate nothing, and exercise every kind of event', { timeout: 300_000 }, async () => {
  const exercised = await runSeeds(1, 100)
  const wanted = [
    'elections',
    're-epochs',
    'truncations',
    'snapshots taken',
    'snapshots sent',
    'snapshots restored',
    'sessions ended',
    'watch events',
    'forwards',
    'crashes between effects',
    'calls unknown',
    'frames lost',
    'frames repeated',
    'packets lost',
  ]
  expect(wanted.filter((name) => (exercised[name] ?? 0) === 0)).toEqual([])
})
