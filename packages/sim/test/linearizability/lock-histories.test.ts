import { describe, expect, it } from 'vitest'
import { checkLinearizable, lockModel } from '@synod/sim/linearizability'
import { acquire, acquireRefused, release, use } from './histories.ts'
import type { LockHistory } from './histories.ts'

const good: Record<string, LockHistory> = {
  'one holder after the other': [acquire('h1', [0, 1], 5), release('h1', [2, 3]), acquire('h2', [1, 4], 6), release('h2', [5, 6])],
  'granted while the release is still under way': [acquire('h1', [0, 1], 5), release('h1', [2, 9]), acquire('h2', [1, 4], 6)],
  'lost with its session': [acquire('h1', [0, 1], 5), release('h1', [3, null]), acquire('h2', [1, 8], 6)],
  'kept although its session may have ended': [acquire('h1', [0, 1], 5), release('h1', [3, null]), acquireRefused('h2', [6, 8])],
  'an acquire whose outcome is unknown, had and lost': [
    acquire('h1', [0, null], 0),
    release('h1', [2, null]),
    acquireRefused('h2', [3, 4]),
    acquire('h3', [5, 6], 9),
  ],
  'an acquire whose outcome is unknown, never had': [acquire('h1', [0, null], 0), acquire('h2', [3, 4], 1)],
  'refused while held': [acquire('h1', [0, 1], 5), acquireRefused('h2', [2, 3])],
  'the resource takes the holder’s token': [
    acquire('h1', [0, 1], 5),
    use('h1', [2, 3], [5, 'accepted']),
    use('h1', [4, 5], [5, 'accepted']),
  ],
  'an old holder is fenced': [use('h2', [4, 5], [6, 'accepted']), use('h1', [6, 7], [5, 'fenced'])],
  'an old holder comes before the new one has written': [
    acquire('h1', [0, 1], 5),
    release('h1', [2, 3]),
    acquire('h2', [4, 5], 6),
    use('h1', [6, 7], [5, 'accepted']),
    use('h2', [8, 9], [6, 'accepted']),
  ],
  'a use whose outcome is unknown raises the token': [use('h2', [4, null], [6, 'accepted']), use('h1', [6, 7], [5, 'fenced'])],
  'release by who has nothing changes nothing': [acquire('h1', [0, 1], 5), release('h2', [2, 3]), acquireRefused('h3', [4, 5])],
}

const bad: Record<string, LockHistory> = {
  'two holders at once': [acquire('h1', [0, 1], 5), acquire('h2', [2, 3], 6)],
  'two holders at once, both acquired at the same time': [acquire('h1', [0, 9], 5), acquire('h2', [0, 9], 6)],
  'granted before the release': [acquire('h1', [0, 1], 5), acquire('h2', [1, 4], 6), release('h1', [5, 6])],
  'granted before the session may have ended': [acquire('h1', [0, 1], 5), acquire('h2', [1, 4], 6), release('h1', [5, null])],
  'a token that does not grow': [acquire('h1', [0, 1], 5), release('h1', [2, 3]), acquire('h2', [4, 5], 5)],
  'a token that falls': [acquire('h1', [0, 1], 5), release('h1', [2, 3]), acquire('h2', [4, 5], 4)],
  'tokens against the order of holders, seen over a third': [
    acquire('h1', [0, 1], 5),
    release('h1', [2, 3]),
    acquire('h2', [4, 5], 9),
    release('h2', [6, 7]),
    acquire('h3', [8, 9], 7),
  ],
  'refused while free': [acquireRefused('h1', [0, 1])],
  'refused after the release': [acquire('h1', [0, 1], 5), release('h1', [2, 3]), acquireRefused('h2', [4, 5])],
  'released by another holder': [acquire('h1', [0, 1], 5), release('h2', [2, 3]), acquire('h3', [4, 5], 6)],
  'the resource takes an old token': [use('h2', [4, 5], [6, 'accepted']), use('h1', [6, 7], [5, 'accepted'])],
  'the resource fences the greatest token': [use('h2', [4, 5], [5, 'accepted']), use('h1', [6, 7], [6, 'fenced'])],
}

describe('histories of a lock that are linearizable', () => {
  it.each(Object.entries(good))('%s', (_, history) => {
    expect(checkLinearizable(history, lockModel)).toMatchObject({ ok: true })
  })
})

describe('histories of a lock that are not', () => {
  it.each(Object.entries(bad))('%s', (_, history) => {
    expect(checkLinearizable(history, lockModel)).toMatchObject({ ok: false, reason: 'violation', partition: '/locks/a' })
  })
})
