import type { LogIndex } from '@synod/interface/protocol'
import type { Invariant, ObservedServer } from './invariant.ts'

/** Hashing walks the whole state: done at every so many entries, and wherever a snapshot is. */
const everyEntries = 32

export const equalState: Invariant = {
  name: 'I6b, I11, I12',
  title: 'At an equal applied index all states have equal hashes: while running, after a restart, after a snapshot.',
  source: 'protocol §2.16 I6b, I11, I12; known-bugs S9, S11, S29, S50',
  create: (context) => {
    const hashes = new Map<LogIndex, { readonly hash: string; readonly by: string }>()
    /** Where each server's state was hashed last, in which life: a snapshot is often taken there. */
    const hashed = new Map<ObservedServer, string>()
    const check = (server: ObservedServer, how: string): void => {
      const { id, state } = server
      if (state === null) return
      const { index } = state.appliedZxid
      const where = `${server.lives} ${index}`
      if (hashed.get(server) === where && how === 'taking a snapshot') return
      hashed.set(server, where)
      const hash = state.hash()
      const present = hashes.get(index)
      if (present === undefined) hashes.set(index, { hash, by: `server ${id} ${how}` })
      else if (present.hash !== hash) context.fail(`server ${id} ${how} has another state at ${index} than ${present.by}`)
    }
    return {
      onApply: (server, entry) => {
        if (entry.index % everyEntries === 0) check(server, 'after applying')
      },
      onSnapshot: (server) => {
        check(server, 'taking a snapshot')
      },
      onRestore: (server) => {
        check(server, 'after restoring a snapshot')
      },
      atEnd: () => {
        for (const server of context.servers) check(server, 'at the end')
      },
    }
  },
}
