import { describe, expect, it } from 'vitest'
import { parseStatus } from '../src/ensembles/etcd.ts'
import { parseSrvr } from '../src/ensembles/zookeeper.ts'

const srvr = (mode: string): string =>
  `Zookeeper version: 3.8.0-1, built on 2024-06-16 12:00 UTC\nLatency min/avg/max: 0/1.2/9\nReceived: 4\nZxid: 0x10000000a\nMode: ${mode}\nNode count: 5\n`

describe("ZooKeeper's srvr command", () => {
  it('tells a leader', () => {
    expect(parseSrvr(srvr('leader'))).toEqual({ leads: true, follows: false, applied: 0n, version: '3.8.0' })
  })

  it('tells a follower', () => {
    expect(parseSrvr(srvr('follower'))).toMatchObject({ leads: false, follows: true })
  })

  it('tells a server without a quorum', () => {
    const expected = { leads: false, follows: false, applied: 0n, version: 'unknown' }
    expect(parseSrvr('This ZooKeeper instance is not currently serving requests\n')).toEqual(expected)
  })
})

describe("etcd's maintenance status", () => {
  const status = { header: { member_id: '12' }, version: '3.4.23', raftAppliedIndex: '77' }

  it('tells a leader', () => {
    expect(parseStatus({ ...status, leader: '12' })).toEqual({ leads: true, follows: false, applied: 77n, version: '3.4.23' })
  })

  it('tells a follower', () => {
    expect(parseStatus({ ...status, leader: '13' })).toMatchObject({ leads: false, follows: true })
  })

  it('leaves out what is zero: then nobody leads', () => {
    expect(parseStatus({ header: status.header, version: '3.4.23' })).toMatchObject({ leads: false, follows: false, applied: 0n })
  })
})
