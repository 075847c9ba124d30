import type { LogIndex, Micros } from '@synod/interface/protocol'
import { Calm } from './calm.ts'
import type { Invariant } from './invariant.ts'

/** Far less than a heartbeat interval. */
const graceMicros: Micros = 12_000
/** Over longer ways a heartbeat may be as quick. */
const nearMicros: Micros = 2_000

interface News {
  readonly index: LogIndex
  readonly at: Micros
}

export const commitNews: Invariant = {
  name: 'commit news',
  title: 'In a calm, followers learn at once what is committed, not with the next heartbeat.',
  source: 'protocol §2.8, amendment 36',
  create: (context) => {
    const { network, process } = context.traits
    const calm = new Calm(context)
    const most = graceMicros + 3 * network.peers.maxMicros + 6 * process.turnMicros + 3 * process.timerLateMicros
    let news: News[] = []
    let told: LogIndex = 0
    return {
      onStep: (server) => {
        calm.onStep()
        if (network.lossy || network.peers.maxMicros > nearMicros) return
        if (!calm.isThere) {
          news = []
          return
        }
        const view = server.core?.view
        if (view?.role === 'leading' && view.commitIndex > told) {
          told = view.commitIndex
          news.push({ index: told, at: context.now() })
        }
        for (const { index, at } of news) {
          if (context.now() - at < most) break
          for (const { id, core } of context.servers)
            if (core !== null && core.view.commitIndex < index)
              context.fail(
                `server ${id} does not know after ${context.now() - at} µs that ${index} is committed; it knows of ${core.view.commitIndex}`,
              )
        }
        news = news.filter(({ at }) => context.now() - at < most)
      },
    }
  },
}
