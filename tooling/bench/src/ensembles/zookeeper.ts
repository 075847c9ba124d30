import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Recipe, Standing } from './ensemble.ts'
import { freePorts } from './ports.ts'

/** Debian's jar names the jars that it needs in its manifest. */
const jars = '/usr/share/java/zookeeper.jar'

/**
 * ZooKeeper with the timings of its own sample configuration. The only additions are free ports, no admin server, no limit of clients per
 * address, and the `srvr` command, which tells who leads. It forces every transaction to disk, which is its default.
 */
export async function zookeeper(): Promise<Recipe> {
  const ports = await freePorts(9)
  const [client, peer, election] = [ports.slice(0, 3), ports.slice(3, 6), ports.slice(6)]
  const members = peer.map((port, index) => `server.${index + 1}=127.0.0.1:${port}:${election[index]}`)
  return {
    system: 'zookeeper',
    endpoints: client.map((port) => `127.0.0.1:${port}`),
    prepare(index, folder) {
      const dataDir = join(folder, 'data')
      mkdirSync(dataDir, { recursive: true })
      writeFileSync(join(dataDir, 'myid'), `${index + 1}\n`)
      const settings = ['tickTime=2000', 'initLimit=10', 'syncLimit=5', `dataDir=${dataDir}`, `clientPort=${client[index]}`]
      const additions = ['clientPortAddress=127.0.0.1', 'maxClientCnxns=0', 'admin.enableServer=false', '4lw.commands.whitelist=srvr']
      const config = join(folder, 'zoo.cfg')
      writeFileSync(config, [...settings, ...additions, ...members, ''].join('\n'))
      const args = ['-Xmx512m', '-cp', jars, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', config]
      return { command: 'java', args, logFile: join(folder, 'log') }
    },
    standing: async (index) => parseSrvr(await srvr(client[index] ?? 0)),
  }
}

/** Reads the answer to `srvr`. A server calls itself a follower only when it has caught up; its zxid stays behind until the first write of an epoch. */
export function parseSrvr(text: string): Standing {
  const mode = /^Mode: (\w+)/m.exec(text)?.[1]
  return {
    leads: mode === 'leader',
    follows: mode === 'follower',
    applied: 0n,
    version: /^Zookeeper version: ([\d.]+)/m.exec(text)?.[1] ?? 'unknown',
  }
}

function srvr(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('srvr'))
    let text = ''
    socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy(new Error('no answer to srvr')))
    socket.on('data', (chunk) => (text += String(chunk)))
    socket.once('end', () => resolve(text))
    socket.once('error', reject)
  })
}
