import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DevCluster } from '../src/dev-cluster.ts'
import { eventually } from '../src/processes.ts'

let cluster: DevCluster
beforeAll(async () => {
  cluster = await new DevCluster().up()
})
afterAll(() => cluster.end())

describe('commands on a running cluster', () => {
  it('set, get, list, create and delete', async () => {
    expect((await cluster.run('set', '/a/b', 'one')).code).toBe(0)
    expect((await cluster.run('get', '/a/b')).stdout).toBe('one\n')
    expect((await cluster.run('get', '/a/b', '--raw')).stdout).toBe('one')
    expect(JSON.parse((await cluster.run('--json', 'get', '/a/b')).stdout)).toMatchObject({
      path: '/a/b',
      value: 'one',
      stat: { version: 0 },
    })
    expect((await cluster.run('create', '/a/c-', 'x', '--sequential')).stdout).toMatch(/^\/a\/c-\d{10}\n$/)
    expect((await cluster.run('ls', '/a', '-r')).stdout).toMatch(/^\/a\/b\n\/a\/c-\d+\n$/)
    expect((await cluster.run('set', '/a/b', 'two', '--if-version', '7')).code).toBe(5)
    expect((await cluster.run('delete', '/a')).code).toBe(5)
    expect((await cluster.run('delete', '/a', '-r')).code).toBe(0)
    expect(await cluster.run('get', '/a', '--json')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('"code":"SYNOD_NO_NODE"') as string,
    })
    const piped = cluster.start(['set', '/piped', '-'], { input: 'from stdin' })
    expect((await piped.ended).code).toBe(0)
    expect((await cluster.run('get', '/piped')).stdout).toBe('from stdin\n')
  })

  it('lock and elect run a command, one holder after the other', async () => {
    const holder = cluster.start(['lock', '/locks/a', '--', 'sh', '-c', 'echo "token $SYNOD_FENCING_TOKEN"; sleep 60'])
    const [, token] = await holder.prints(/token (\d+)/)
    expect((await cluster.run('lock', '/locks/a', '--wait', '0', '--', 'true')).code).toBe(124)
    const next = cluster.start(['lock', '/locks/a', '--', 'sh', '-c', 'echo "token $SYNOD_FENCING_TOKEN"; exit 7'])
    expect((await holder.end()).code).toBe(143)
    const { code, stdout } = await next.ended
    expect(code).toBe(7)
    expect(Number(/token (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(Number(token))
    expect((await cluster.run('elect', '/election', '--', 'sh', '-c', 'test -n "$SYNOD_FENCING_TOKEN"')).code).toBe(0)
    expect((await cluster.run('lock', '/locks/a', '--', 'no-such-command')).code).toBe(127)
    expect((await cluster.run('lock', '/locks/a', '--servers', '127.0.0.1:1', '--timeout', '0.2', '--', 'true')).code).toBe(125)
  })

  it('end a command whose lock is lost', async () => {
    const holder = cluster.start([
      'lock',
      '/locks/b',
      '--grace',
      '0.1',
      '--',
      'sh',
      '-c',
      'trap "" TERM; echo holding; while :; do sleep 0.1; done',
    ])
    await holder.prints(/holding/)
    const [contender = ''] = (await cluster.run('ls', '/locks/b')).stdout.split('\n')
    await cluster.run('delete', `/locks/b/${contender}`)
    expect((await holder.ended).code).toBe(123)
  })
})

describe('when the leader gets SIGKILL', () => {
  it('a watch and a lock survive, a writer goes on, and the restarted server catches up', async () => {
    const before = await cluster.status()
    const watch = cluster.start(['watch', '/w', '-r', '--json'])
    await watch.prints(/watching \/w/)
    const holder = cluster.start(['lock', '/locks/c', '--', 'sh', '-c', 'echo holding; sleep 60'])
    await holder.prints(/holding/)
    await cluster.run('set', '/w/a', '1')
    await watch.prints(/"type":"created","path":"\/w\/a".*"value":"1"/)

    process.kill(await cluster.leaderPid(), 'SIGKILL')
    expect((await cluster.run('set', '/w/a', '2')).code).toBe(0)
    await watch.prints(/"type":"changed","path":"\/w\/a".*"value":"2"/)
    const after = await cluster.status()
    expect(after.leader).not.toBe(before.leader)
    expect(after.epoch).toBeGreaterThan(before.epoch)
    expect((await cluster.run('lock', '/locks/c', '--wait', '0', '--', 'true')).code).toBe(124)
    expect(holder.child.exitCode).toBeNull()

    await cluster.dev.prints(new RegExp(`server ${before.leader} is back`))
    await eventually('the restarted server has caught up', async () => {
      const { servers } = await cluster.status()
      return servers.every(({ role, zxid }) => role !== null && zxid?.index === servers[0]?.zxid?.index)
    })
    expect(
      watch.stdout
        .trim()
        .split('\n')
        .filter((line) => line.includes('"path":"/w/a"')),
    ).toHaveLength(2)
  })
})
