import type { LogIndex } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'
import { SessionLives } from './session-lives.ts'

export const sessions: Invariant = {
  name: 'I20',
  title:
    'While a client holds its session valid it is open in every state; it expires never before its timeout after its last command, ' +
    'and under one leader, which may renew its epoch, soon after its client is gone; a client that held it no more never holds it again.',
  source: 'protocol §2.14, §2.16 I20, I20b, amendments 6 and 29; known-bugs S53, S62, S63',
  create: (context) => {
    const lives = new SessionLives(context)
    let open = new Set<number>()
    let seenAt: LogIndex = 0
    return {
      onApply: (server, entry, first) => {
        // A server that was killed in the middle of its turn has no state any more.
        if (!first || entry.type !== 'command' || server.state === null) return
        lives.look()
        const now = idsOf(server)
        if (entry.index === seenAt + 1) {
          for (const id of open) {
            if (now.has(id)) continue
            context.count('sessions ended')
            const holder = context.clients().find((client) => client.sessionId === id && client.held)
            if (holder !== undefined) context.fail(`entry ${entry.index} ends session ${id} while ${holder.name} holds it valid`)
          }
        }
        lives.applied(server, entry, open)
        open = now
        seenAt = entry.index
      },
      onStep: (server) => {
        lives.onStep(server)
      },
      // The last moment at which a client that is about to crash has its session: perhaps nothing is applied for long.
      onFault: () => {
        lives.look()
      },
      atEnd: () => {
        for (let left = lives.lastLook(); left > 0; left -= 1) context.count('sessions left to expire')
      },
    }
  },
}

function idsOf({ state }: ObservedServer): Set<number> {
  return new Set(Array.from(state?.sessions() ?? [], (session) => session.id))
}
