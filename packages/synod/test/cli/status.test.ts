import { describe, expect, it } from 'vitest'
import type { StatusDocument } from '@synod/client'
import { renderStatus, summarize } from '../../dist/cli/commands/status.js'

const endpoint = (id: number): string => `ws://127.0.0.1:741${id}`

function document(id: number, part: Partial<StatusDocument>): StatusDocument {
  return {
    id,
    clusterName: 'dev',
    clusterId: 'c',
    incarnation: 1,
    role: 'following',
    strength: 'none',
    epoch: 2,
    leader: 3,
    lastZxid: { epoch: 2, index: 9 },
    commitIndex: 9,
    appliedZxid: { epoch: 2, index: 9 },
    stateHash: '6b7d1e02c4a95f38',
    store: 'formatted',
    sinceLeaderMicros: 0,
    stopped: false,
    halted: null,
    servers: [1, 2, 3].map((server) => ({ id: server, endpoint: endpoint(server), pid: 100 + server, version: '', connected: true })),
    ...part,
  }
}

const answer = (id: number, part: Partial<StatusDocument> = {}): Parameters<typeof summarize>[0][number] => ({
  endpoint: endpoint(id),
  status: document(id, part),
  reason: '',
})
const silent = (at: string): Parameters<typeof summarize>[0][number] => ({ endpoint: at, status: null, reason: 'refused' })
const alone = { found: null }

describe('the status of a cluster', () => {
  it('has every server with what it says of itself', () => {
    const status = summarize([answer(3, { role: 'leading', strength: 'established' }), answer(1)], alone)
    expect(status).toEqual({
      leader: 3,
      epoch: 2,
      servers: [
        { id: 1, role: 'following', epoch: 2, zxid: { epoch: 2, index: 9 }, pid: 101, endpoint: endpoint(1), reachable: true },
        { id: 3, role: 'leading', epoch: 2, zxid: { epoch: 2, index: 9 }, pid: 103, endpoint: endpoint(3), reachable: true },
      ],
    })
  })

  it('knows an unreachable server by what the others say', () => {
    const { servers } = summarize([answer(1), silent(endpoint(2))], alone)
    expect(servers[1]).toEqual({ id: 2, role: null, epoch: null, zxid: null, pid: 102, endpoint: endpoint(2), reachable: false })
  })

  it('keeps an unreachable server that nobody knows', () => {
    expect(summarize([silent('ws://x:1')], alone)).toEqual({
      leader: null,
      epoch: 0,
      servers: [{ id: null, role: null, epoch: null, zxid: null, pid: null, endpoint: 'ws://x:1', reachable: false }],
    })
  })

  it('believes the leader of the newest epoch, not one that was cut off', () => {
    const old = answer(3, { role: 'leading', strength: 'established', epoch: 2 })
    expect(summarize([old, answer(1, { role: 'leading', strength: 'established', epoch: 3, leader: 1 })], alone)).toMatchObject({
      leader: 1,
      epoch: 3,
    })
  })

  it('takes a follower at its word when the leader cannot be asked', () => {
    expect(summarize([answer(1), silent(endpoint(3))], alone)).toMatchObject({ leader: 3, epoch: 2 })
  })

  it('has no leader while one is only elected, or all are looking', () => {
    expect(
      summarize([answer(1, { role: 'looking', leader: null }), answer(3, { role: 'leading', strength: 'elected' })], alone).leader,
    ).toBeNull()
  })

  it('has a server once that was asked at two addresses', () => {
    const other = { ...answer(1), endpoint: 'ws://localhost:7411' }
    expect(summarize([answer(1), other], alone).servers).toHaveLength(1)
  })

  it('is a table for people', () => {
    const lines = renderStatus(summarize([answer(3, { role: 'leading', strength: 'established' }), silent(endpoint(1))], alone))
    expect(lines).toEqual([
      'server 3 leads in epoch 2',
      'SERVER  ROLE         EPOCH  ZXID  PID  ENDPOINT',
      '1       unreachable  –      –     101  ws://127.0.0.1:7411',
      '3       leading      2      2.9   103  ws://127.0.0.1:7413',
    ])
  })
})
