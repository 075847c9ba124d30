import type { Invariant } from './invariant.ts'

/** In so much time a server says so many times at most how it stands, to one peer: answers, changes and rounds together. */
const windowMicros = 1_000_000
const statusesPerWindow = 160
const uncommittedBytesMax = 64 * 1024 * 1024

export const bounds: Invariant = {
  name: 'I24',
  title: 'A server does not flood its peers with Status, and takes no more than the uncommitted bytes that it may.',
  source: 'protocol §2.16 I24, §2.8; amendments 9 and 44',
  create: (context) => {
    const windows = new Map<string, { since: number; count: number }>()
    const votes = new Map<string, number>()
    return {
      onSend: ({ id, lives }, body, to) => {
        if (body.type !== 'status') return
        const name = `${id}/${lives}>${to}`
        // A candidate that fetches what it lacks has a better vote with every piece, and may say so (at most twenty times in 50 ms).
        const { index } = body.lastZxid
        const progresses = body.role === 'candidate' && index > (votes.get(name) ?? index)
        votes.set(name, index)
        if (progresses) return
        const now = context.now()
        let window = windows.get(name)
        if (window === undefined || now - window.since >= windowMicros) {
          window = { since: now, count: 0 }
          windows.set(name, window)
        }
        window.count += 1
        if (window.count > statusesPerWindow) context.fail(`server ${id} has sent server ${to} ${window.count} Status within a second`)
      },
      onStep: ({ id, core }) => {
        const bytes = core?.view.uncommittedBytes ?? 0
        if (bytes > uncommittedBytesMax) context.fail(`server ${id} holds ${bytes} uncommitted bytes`)
      },
    }
  },
}
