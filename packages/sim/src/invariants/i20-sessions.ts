import type { LogIndex } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'

export const sessions: Invariant = {
  name: 'I20',
  title: 'While a client holds its session valid, the session is open in every state that could have ended it.',
  source: 'protocol §2.14, §2.16 I20, I20b, amendment 6; known-bugs S53, S62, S63',
  create: (context) => {
    let open = new Set<number>()
    let seenAt: LogIndex = 0
    const look = ({ state }: ObservedServer): Set<number> => new Set(Array.from(state?.sessions() ?? [], (session) => session.id))
    return {
      onApply: (server, entry, first) => {
        if (!first || entry.type !== 'command') return
        const now = look(server)
        if (entry.index === seenAt + 1) {
          for (const id of open) {
            if (now.has(id)) continue
            context.count('sessions ended')
            const holder = context.clients().find((client) => client.sessionId === id && client.held)
            if (holder !== undefined) context.fail(`entry ${entry.index} ends session ${id} while ${holder.name} holds it valid`)
          }
        }
        open = now
        seenAt = entry.index
      },
    }
  },
}
