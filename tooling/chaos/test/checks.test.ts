import { describe, expect, it } from 'vitest'
import { checkCreations } from '../src/checks/creations.ts'
import { checkKeys, checkLockOrder } from '../src/checks/linearizability.ts'
import { checkExclusion } from '../src/checks/locks.ts'
import { checkReads } from '../src/checks/reads.ts'
import { checkReplicas, checkServers, checkSurprises } from '../src/checks/servers.ts'
import { checkWatches, storyOf } from '../src/checks/watches.ts'
import { Recording } from '../src/recording.ts'
import type { Creation, Hold, PlacedRead, PlacedWrite, Sample, Watched } from '../src/recording.ts'

const key = '/chaos/keys/k0'

function write(position: number, version: number): PlacedWrite {
  return {
    client: 'c1',
    session: 1,
    kind: version === 0 ? 'create' : 'set',
    call: position,
    return: position + 0.5,
    key,
    value: `v${position}`,
    version,
    position,
  }
}

function told(position: number, type = 'changed'): Watched {
  return { at: position + 1, type, path: key, epoch: 1, index: position }
}

function read(at: number, position: number, found: PlacedRead['found']): PlacedRead {
  return { client: 'c1', session: 1, consistency: 'session', call: at, return: at + 0.5, key, position, found }
}

function sample(at: number, server: number, said: Partial<NonNullable<Sample['said']>> = {}): Sample {
  const usual = {
    role: 'following',
    strength: 'none',
    epoch: 1,
    leader: 1,
    applied: { epoch: 1, index: 9 },
    hash: 'h',
    store: 'formatted',
    halted: null,
  } as const
  return { at, server, said: { ...usual, ...said } }
}

/** Two writes, both watches have told them, and a read after them. */
function sound(): Recording {
  const recording = new Recording()
  recording.writes.push(write(10, 0), write(20, 1))
  for (const client of ['c1', 'c2']) recording.watches.set(client, [told(10, 'created'), told(20)])
  recording.reads.push(read(30, 25, { value: 'v20', version: 1, position: 20 }))
  recording.samples.push(sample(1, 1, { role: 'leading', strength: 'established' }), sample(1, 2))
  return recording
}

/** What every check of a recording says is wrong. */
function anomalies(recording: Recording): string[] {
  const story = storyOf(recording.watches)
  return [
    checkReads(recording, story),
    checkWatches(recording, story),
    checkServers(recording),
    checkReplicas(recording, true, ''),
    checkSurprises(recording),
  ].flatMap((check) => check.anomalies)
}

describe('a sound recording', () => {
  it('has no anomaly', () => {
    expect(anomalies(sound())).toEqual([])
  })
})

describe('watches', () => {
  it.each<[string, Watched[], RegExp]>([
    ['an event that is missing', [told(10, 'created')], /watch of c2 did not tell changed .* at 1\.20/],
    ['an event told twice', [told(10, 'created'), told(20), told(20)], /watch of c2 told .* after/],
    ['events out of order', [told(20), told(10, 'created')], /watch of c2 told created .* after changed/],
  ])('%s', (_, events, message) => {
    const recording = sound()
    recording.watches.set('c2', events)
    expect(anomalies(recording).join('\n')).toMatch(message)
  })

  it('an acknowledged write that no watch told', () => {
    const recording = sound()
    recording.writes.push(write(27, 2))
    expect(anomalies(recording).join('\n')).toMatch(/set of .* was acknowledged at 27, where watches saw "nothing"/)
  })

  it('an event that is missing where a watch was told that history is gone is none', () => {
    const recording = sound()
    recording.watches.set('c2', [told(20)])
    recording.compactions.push({ client: 'c2', index: 15 })
    expect(anomalies(recording)).toEqual([])
  })
})

describe('reads', () => {
  it.each<[string, PlacedRead, RegExp]>([
    ['an old value in a new state', read(40, 26, { value: 'v10', version: 0, position: 10 }), /found "v10" .* in the state at 26/],
    ['nothing where there is a node', read(40, 26, null), /found nothing in the state at 26/],
    ['another value of the same write', read(40, 26, { value: 'other', version: 1, position: 20 }), /another read found "v20"/],
    ['a state before what the session had seen', read(40, 15, { value: 'v10', version: 0, position: 10 }), /after its session had seen 25/],
  ])('%s', (_, wrong, message) => {
    const recording = sound()
    recording.reads.push(wrong)
    expect(anomalies(recording).join('\n')).toMatch(message)
  })
})

describe('servers', () => {
  it.each<[string, Sample[], RegExp]>([
    ['two leaders of one epoch', [sample(2, 2, { role: 'leading', strength: 'established' })], /servers 1 and 2 both lead epoch 1/],
    ['another state at the end', [sample(2, 2, { applied: { epoch: 1, index: 10 } })], /not all servers say the same state/],
    ['a server that does not say its state at the end', [sample(2, 2, { hash: null })], /not all servers say the same state/],
    ['two states at one position', [sample(2, 2, { hash: 'other' })], /at position 1\.9 .* state h .* other/],
    ['a position that goes back', [sample(2, 2, { applied: { epoch: 1, index: 8 } })], /server 2 had applied 9 and then 8/],
    ['a server that halted', [sample(2, 2, { halted: 'SYNOD_INVARIANT I5' })], /server 2 halted: SYNOD_INVARIANT I5/],
  ])('%s', (_, samples, message) => {
    const recording = sound()
    recording.samples.push(...samples)
    expect(anomalies(recording).join('\n')).toMatch(message)
  })

  it('that do not come to the same position', () => {
    expect(checkReplicas(sound(), false, 'why').anomalies).toEqual(['the servers did not come to the same position:\nwhy'])
  })
})

describe('locks', () => {
  const hold = (client: string, token: number, [from, to]: readonly [number, number]): Hold => ({
    client,
    lock: '/l',
    token,
    from,
    to,
    lost: false,
  })

  it('one holder after the other, with tokens that grow', () => {
    expect(checkExclusion([hold('c1', 5, [0, 10]), hold('c2', 6, [10, 20])]).anomalies).toEqual([])
  })

  it('two holders at the same time', () => {
    expect(checkExclusion([hold('c1', 5, [0, 10]), hold('c2', 6, [9, 20])]).anomalies.join()).toMatch(/at the same time/)
  })

  it('a token that does not grow', () => {
    expect(checkExclusion([hold('c1', 5, [0, 10]), hold('c2', 5, [11, 20])]).anomalies).toHaveLength(1)
  })

  it('a resource that takes an old token', () => {
    const use = (at: number, token: number) =>
      ({ client: 'c1', call: at, return: at, op: { kind: 'use', lock: '/l', token }, result: { kind: 'accepted' } }) as const
    expect(checkLockOrder([use(1, 6), use(2, 5)]).anomalies).toHaveLength(1)
  })
})

describe('creations', () => {
  const creation = (outcome: Creation['outcome']): Creation => ({
    client: 'c1',
    call: 1,
    return: outcome === 'open' ? null : 2,
    data: 'd',
    outcome,
    path: outcome === 'kept' ? '/n-1' : null,
    position: outcome === 'kept' ? 7 : null,
  })
  const node = { path: '/n-1', data: 'd', position: 7 }

  it.each<[string, Creation['outcome'], (typeof node)[]]>([
    ['acknowledged and there', 'kept', [node]],
    ['unknown and there', 'open', [node]],
    ['unknown and not there', 'open', []],
  ])('%s: well', (_, outcome, nodes) => {
    expect(checkCreations([creation(outcome)], nodes).anomalies).toEqual([])
  })

  it.each<[string, Creation['outcome'], (typeof node)[]]>([
    ['acknowledged and lost', 'kept', []],
    ['acknowledged and there twice', 'kept', [node, { ...node, path: '/n-2' }]],
    ['acknowledged and another one', 'kept', [{ ...node, position: 8 }]],
    ['refused and there', 'refused', [node]],
  ])('%s: an anomaly', (_, outcome, nodes) => {
    expect(checkCreations([creation(outcome)], nodes).anomalies).toHaveLength(1)
  })

  it('there and nobody’s', () => {
    expect(checkCreations([], [node]).anomalies).toHaveLength(1)
  })
})

describe('keys', () => {
  it('a stale read is told with the order that led to it', () => {
    const { anomalies: found } = checkKeys([
      { client: 'c1', call: 1, return: 2, op: { kind: 'create', key, value: 'x' }, result: { kind: 'written', version: 0, position: 1 } },
      { client: 'c1', call: 3, return: 4, op: { kind: 'set', key, value: 'y' }, result: { kind: 'written', version: 1, position: 2 } },
      { client: 'c2', call: 5, return: 6, op: { kind: 'get', key }, result: { kind: 'found', value: 'x', version: 0, position: 1 } },
    ])
    expect(found.join()).toMatch(/no order explains/)
  })
})
