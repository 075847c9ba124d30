import type { Micros, NodeId } from '@synod/interface/protocol'
import type { Invariant } from './invariant.ts'

/** For so long, and no longer, may a server go by what a peer has said of itself, generously (amendment 9). */
const freshMicros = 4_000_000
const keptBackMicros = 10_000
const seeking = new Set(['looking', 'relayed'])

export const noDisturbance: Invariant = {
  name: 'I15',
  title:
    'Nobody asks for promises unless a quorum, as far as it has heard, looks for a leader, nor while it is stopping; only who leads renews its epoch in place.',
  source: 'protocol §2.16 I15, §2.6; amendment 20; known-bugs S64, S66, S67',
  create: (context) => {
    /** By life of the asker: when each peer last said that it looks for a leader. */
    const heard = new Map<string, Map<NodeId, Micros>>()
    const asked = new Set<string>()
    const led = new Set<string>()
    const rose = new Map<number, NodeId>()
    const lifeOf = (id: NodeId, lives: number): string => `${id}/${lives}`
    return {
      onStep: ({ id, lives, core }) => {
        if (core?.view.role === 'leading') led.add(lifeOf(id, lives))
      },
      onReceive: ({ id, lives }, { body }, { from }) => {
        if (body.type !== 'status' || !seeking.has(body.role)) return
        const life = lifeOf(id, lives)
        let seekers = heard.get(life)
        if (seekers === undefined) heard.set(life, (seekers = new Map()))
        seekers.set(from.id, context.now())
      },
      onSend: ({ id, lives, isStopping, resumedAt, disk, core }, body) => {
        if (body.type !== 'newEpoch') return
        const name = `${lifeOf(id, lives)}/${body.epoch}`
        if (asked.has(name)) return
        asked.add(name)
        // What it had asked before may leave only now; then it is a candidate no longer.
        if (isStopping && core?.view.role === 'candidate') context.fail(`server ${id}, which is stopping, asks for epoch ${body.epoch}`)
        rose.set(body.epoch, id)
        context.count(body.reEpoch ? 'epochs renewed' : 'campaigns')
        if (body.reEpoch) {
          if (!led.has(lifeOf(id, lives))) context.fail(`server ${id} renews epoch ${body.epoch} in place and has led nothing in this life`)
          return
        }
        // What a pause kept back was decided before it.
        const since = context.now() - (context.now() - resumedAt < keptBackMicros ? Number.MAX_SAFE_INTEGER : freshMicros)
        const seekers = heard.get(lifeOf(id, lives))
        const pool = context.servers.filter((server) => server.id === id || (seekers?.get(server.id) ?? -1) >= since)
        const voters = disk.config?.members.filter(({ weight }) => weight > 0).length ?? context.servers.length
        if (2 * pool.length <= voters)
          context.fail(`server ${id} asks for epoch ${body.epoch}; only ${pool.map((server) => server.id).join(', ')} looked for a leader`)
      },
      onRecord: ({ id }, record) => {
        if (record.kind !== 'promise' || record.candidate === 0 || rose.has(record.epoch) || context.servers.length === 1) return
        if (record.candidate !== id) context.fail(`server ${id} promises epoch ${record.epoch} to ${record.candidate}, who has not asked`)
      },
    }
  },
}
